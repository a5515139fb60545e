// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.frame;

/** Where the tags of a tap's frames are. May be read by several threads, each with a tag object of its own. */
public interface TagSource {

    /** For taps without a tagger: knows nothing. */
    TagSource NONE = (frame, tag) -> false;

    /**
     * Fills {@code tag} with what is known of the frame; makes no object.
     *
     * @return false when nothing is known: the tap has no tagger, or the frame was read too late and its tag overwritten.
     *     Then {@code tag} is unchanged
     */
    boolean find(Frame frame, FrameTag tag);
}
