// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import io.nltap.agent.frame.TagSource;
import io.nltap.agent.frame.Tagging;
import java.util.List;

/**
 * What tags the frames of one device, or says why nothing does. Closing takes away what belongs to the process; what is
 * on the device goes with the device. Nobody may ask for tags any more then.
 */
final class Tagger implements AutoCloseable {

    /** Something to be given back that cannot fail. */
    @FunctionalInterface
    interface Holding {
        void close();
    }

    private final Tagging tagging;
    private final TagSource tags;
    private final boolean marksFirst;
    private final List<Holding> holdings;

    /** @param holdings closed in this order */
    Tagger(Tagging tagging, TagSource tags, boolean marksFirst, List<Holding> holdings) {
        this.tagging = tagging;
        this.tags = tags;
        this.marksFirst = marksFirst;
        this.holdings = List.copyOf(holdings);
    }

    static Tagger none(String why) {
        return new Tagger(Tagging.none(why), TagSource.NONE, false, List.of());
    }

    Tagging tagging() {
        return tagging;
    }

    TagSource tags() {
        return tags;
    }

    /** Whether the first frame of each port id has the mark {@link TagProgram#FIRST}. */
    boolean marksFirst() {
        return marksFirst;
    }

    @Override
    public void close() {
        holdings.forEach(Holding::close);
    }
}
