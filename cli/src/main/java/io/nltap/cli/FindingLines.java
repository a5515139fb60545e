// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import io.nltap.netlink.analysis.Finding;
import io.nltap.netlink.analysis.Hang;
import io.nltap.netlink.analysis.Holder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Says of each hang once that it is there, and once that it is over. Used by one thread. */
final class FindingLines {

    private static final int MOST_REMEMBERED = 10_000;
    private static final int FUNCTIONS = 6;

    private record Told(String netns, String hangClass, long since, String who, String what) {
        static Told of(Hang hang) {
            Finding finding = hang.finding();
            return new Told(
                    hang.netns(),
                    finding.hangClass().name(),
                    finding.sinceNanos(),
                    finding.who().toString(),
                    finding.what().toString());
        }
    }

    private Set<Told> open = new HashSet<>();

    /** @param hangs all that hangs now */
    List<String> update(List<Hang> hangs) {
        List<String> lines = new ArrayList<>();
        Set<Told> now = new HashSet<>();
        for (Hang hang : hangs) {
            Told told = Told.of(hang);
            if (now.size() < MOST_REMEMBERED && now.add(told) && !open.contains(told)) {
                lines.addAll(describe(hang));
            }
        }
        for (Told told : open) {
            if (!now.contains(told)) {
                lines.add("%s is over: %s, %s".formatted(told.hangClass(), told.who(), told.what()));
            }
        }
        open = now;
        return lines;
    }

    private static List<String> describe(Hang hang) {
        Finding finding = hang.finding();
        List<String> lines = new ArrayList<>();
        lines.add("%s since %s: %s %s"
                .formatted(
                        finding.hangClass().name(),
                        time(finding.sinceNanos()),
                        finding.who(),
                        finding.hangClass().sentence()));
        lines.add("   what: %s, in %s".formatted(finding.what(), hang.netns()));
        finding.why().forEach(why -> lines.add("   why: " + why));
        finding.holder().ifPresent(holder -> lines.add("   holder: " + describe(holder)));
        return lines;
    }

    private static String describe(Holder holder) {
        List<String> stack = holder.stack();
        return holder.task()
                + holder.pod().map(pod -> " of " + pod).orElse("")
                + (stack.isEmpty()
                        ? ""
                        : ", in " + String.join(" <- ", stack.subList(0, Math.min(FUNCTIONS, stack.size()))));
    }

    private static String time(long nanos) {
        return Instant.ofEpochSecond(0, nanos).truncatedTo(ChronoUnit.MILLIS).toString();
    }
}
