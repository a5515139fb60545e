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
        all.add(task.map(each -> "the lock is held by " + each.shown()).orElse("who holds the lock was not seen"));
        return new Verdict(
                key, hangClass, sinceNanos, netns, who, what, all, task.map(HolderSearch::holder), confidence);
    }

    Finding finding() {
        return new Finding(hangClass.orElseThrow(), sinceNanos, who, what, why, holder);
    }
}
