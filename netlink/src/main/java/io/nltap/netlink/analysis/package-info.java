// SPDX-License-Identifier: Apache-2.0
/**
 * What a capture means: what hangs and why, what was slow, failed or lost, who talked most. Values in, a
 * {@link io.nltap.netlink.analysis.Summary} out; knows nothing of files, and has no clock but that of the packets.
 */
@NullMarked
package io.nltap.netlink.analysis;

import org.jspecify.annotations.NullMarked;
