// SPDX-License-Identifier: Apache-2.0
/**
 * Tells whose a frame is, and how sure that is: from what the kernel said with it where it does, else from the sockets and
 * processes of the node. Keeps no frame and decides nothing about what belongs into a capture.
 */
@NullMarked
package io.nltap.agent.attribution;

import org.jspecify.annotations.NullMarked;
