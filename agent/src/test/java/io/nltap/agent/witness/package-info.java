// SPDX-License-Identifier: Apache-2.0
/**
 * Independent ground truth: what processes said and heard by netlink, as strace saw it, and its comparison with a capture
 * file, message by message. Knows nothing of how the agent finds out whose a frame is.
 */
package io.nltap.agent.witness;
