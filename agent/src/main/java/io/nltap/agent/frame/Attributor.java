// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.frame;

import java.util.function.BooleanSupplier;

/** Tells whose the frames of one network namespace are. Used by the thread that drains its tap. */
public interface Attributor {

    /**
     * @param tag of this frame
     * @param tagged whether {@code tag} was filled for it; if not it is to be left alone
     */
    Attribution attribute(Frame frame, FrameTag tag, boolean tagged);

    /**
     * Whoever has to look for the author of a frame may hold the frames behind it back for a moment, but not at the price of
     * losing them.
     *
     * @param crowded whether so many frames are waiting to be taken that none may be held back; asked on the thread that
     *     drains the tap
     */
    default void setCrowded(BooleanSupplier crowded) {}

    /** As {@link FrameSink#beginBatch}, of the frames that are to be attributed. */
    default void beginBatch() {}
}
