// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.agent.frame.Attributor;
import io.nltap.agent.frame.FrameSource;
import io.nltap.agent.frame.TagSource;

/**
 * What comes out of a tap: frames, what the kernel said of them, and whose they are. All of it is used by one thread.
 *
 * @param source belongs to whoever opened the tap
 */
record TapFeed(FrameSource source, TagSource tags, Attributor attributor) {}
