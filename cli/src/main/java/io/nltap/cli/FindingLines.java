// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import io.nltap.netlink.analysis.Finding;
import io.nltap.netlink.analysis.Hang;
import io.nltap.netlink.analysis.Holder;
import io.nltap.netlink.author.Party;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Says of each hang once that it is there, and once that it is over. Used by one thread. */
final class FindingLines {

    private static final int MOST_REMEMBERED = 10_000;
    private static final int FUNCTIONS = 6;

    /** What a hang stays, while more is found out about it; the time at which it began does not tell it from others. */
    private record Told(String netns, String hangClass, String who, long since, String line) {
        static Told of(Hang hang) {
            Finding finding = hang.finding();
            return new Told(
                    hang.netns(),
                    finding.hangClass().name(),
                    who(finding.who()),
                    finding.sinceNanos(),
                    "%s is over: %s, %s".formatted(finding.hangClass().name(), finding.who(), finding.what()));
        }

        /** The name of a process may not be known from the start. */
        private static String who(Party party) {
            return party.pid().isPresent() ? "process " + party.pid().getAsInt() : party.toString();
        }

        boolean isSame(Told other) {
            return since == other.since && mayBeSame(other);
        }

        boolean mayBeSame(Told other) {
            return netns.equals(other.netns) && hangClass.equals(other.hangClass) && who.equals(other.who);
        }
    }

    private List<Told> open = new ArrayList<>();

    /** @param hangs all that hangs now */
    List<String> update(List<Hang> hangs) {
        List<String> lines = new ArrayList<>();
        List<Told> before = new ArrayList<>(open);
        List<Told> now = new ArrayList<>();
        List<Hang> others = new ArrayList<>();
        for (Hang hang : hangs) {
            Told told = Told.of(hang);
            if (take(before, told::isSame)) {
                now.add(told);
            } else {
                others.add(hang);
            }
        }
        for (Hang hang : others) {
            Told told = Told.of(hang);
            if (now.size() >= MOST_REMEMBERED) {
                break;
            }
            if (!take(before, told::mayBeSame)) {
                lines.addAll(describe(hang));
            }
            now.add(told);
        }
        before.forEach(told -> lines.add(told.line()));
        open = now;
        return lines;
    }

    private static boolean take(List<Told> from, Predicate<Told> wanted) {
        for (int i = 0; i < from.size(); i++) {
            if (wanted.test(from.get(i))) {
                from.remove(i);
                return true;
            }
        }
        return false;
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
