// SPDX-License-Identifier: Apache-2.0
/**
 * Frames become pcapng files. One writer per session, used by one thread, puts the frames of all its network namespaces
 * into segments, and never leaves a file under its final name that is not whole. Knows nothing of where frames come
 * from, how much disk there is (it asks {@link io.nltap.agent.frame.DiskSpace}), or what becomes of closed segments.
 */
@NullMarked
package io.nltap.agent.segment;

import org.jspecify.annotations.NullMarked;
