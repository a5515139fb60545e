// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.frame;

/** Tells whose the frames of one network namespace are. Used by the thread that drains its tap. */
public interface Attributor {

    /**
     * @param tag of this frame
     * @param tagged whether {@code tag} was filled for it; if not it is to be left alone
     */
    Attribution attribute(Frame frame, FrameTag tag, boolean tagged);
}
