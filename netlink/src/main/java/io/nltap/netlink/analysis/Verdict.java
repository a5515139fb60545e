// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import io.nltap.netlink.author.Party;
import io.nltap.netlink.dialog.Matter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is to be said now of one thing that may hang.
 *
 * @param key equal for the same thing from one moment to the next
 * @param hangClass empty when nothing can be said; then {@code why} has the reason
 */
record Verdict(
        Object key,
        Optional<HangClass> hangClass,
        long sinceNanos,
        String netns,
        Party who,
        Matter what,
        List<String> why,
        Optional<Holder> holder,
        Confidence confidence) {

    private static final String HOLDER_SEEN = "the lock is held by ";
    private static final String HOLDER_NOT_SEEN = "who holds the lock was not seen";

    Verdict {
        why = List.copyOf(why);
    }

    static Verdict of(
            Object key,
            HangClass hangClass,
            long sinceNanos,
            String netns,
            Party who,
            Matter what,
            List<String> why,
            Confidence confidence) {
        return new Verdict(
                key, Optional.of(hangClass), sinceNanos, netns, who, what, why, Optional.empty(), confidence);
    }

    static Verdict doubt(Object key, long sinceNanos, String netns, Party who, Matter what, String reason) {
        return new Verdict(
                key,
                Optional.empty(),
                sinceNanos,
                netns,
                who,
                what,
                List.of(reason),
                Optional.empty(),
                Confidence.WIRE_ONLY);
    }

    Verdict heldBy(Optional<TaskTrack> task) {
        List<String> all = new ArrayList<>(why);
        all.add(task.map(each -> HOLDER_SEEN + each.shown()).orElse(HOLDER_NOT_SEEN));
        return new Verdict(
                key, hangClass, sinceNanos, netns, who, what, all, task.map(HolderSearch::holder), confidence);
    }

    /** Where this one's holder was not seen, but that of an earlier verdict of the same hang: with that one. */
    Verdict withHolderOf(Verdict earlier) {
        if (holder.isPresent() || earlier.holder.isEmpty() || !hangClass.equals(earlier.hangClass)) {
            return this;
        }
        List<String> all = new ArrayList<>(why);
        all.remove(HOLDER_NOT_SEEN);
        earlier.why.stream().filter(each -> each.startsWith(HOLDER_SEEN)).forEach(all::add);
        return new Verdict(key, hangClass, sinceNanos, netns, who, what, all, earlier.holder, confidence);
    }

    Finding finding() {
        return new Finding(hangClass.orElseThrow(), sinceNanos, who, what, why, holder);
    }
}
