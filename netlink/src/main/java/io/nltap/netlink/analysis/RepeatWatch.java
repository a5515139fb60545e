// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import io.nltap.netlink.author.Party;
import io.nltap.netlink.dialog.Dialog;
import io.nltap.netlink.dialog.Speaker;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who does the same again and again, because it is never good enough: class E. Each single time looks healthy. */
final class RepeatWatch {
    /** So often in a row is no accident. */
    private static final int OFTEN = 5;

    private static final int TIMEOUTS = 3;
    private static final long LEAST_TIMEOUT_NANOS = 1_000_000_000L;
    private static final int MAX_SPEAKERS = 4096;
    private static final long PAUSE_NANOS = 30_000_000_000L;

    private static final int EAGAIN = -11;
    private static final int EBUSY = -16;
    private static final int ERESTART = -85;

    private static final class Row {
        private final Who who;
        private HangClass hangClass = HangClass.E4;
        private int type;
        private long since;
        private long last;
        private int times;
        private Dialog dialog;

        private Row(Who who, Dialog dialog) {
            this.who = who;
            this.dialog = dialog;
        }
    }

    /** A process that opens a socket for each request is one; where it is not known, a socket is. */
    private record Who(String netns, int protocol, Object one) {
        static Who of(Speaker speaker, Party party) {
            return new Who(
                    speaker.netns(),
                    speaker.protocol(),
                    party.isKnown() ? party.pid().getAsInt() : System.identityHashCode(speaker) + "");
        }
    }

    private final Map<Who, Row> rows = new LinkedHashMap<>();
    private final EvidenceHistory evidence;
    private final HangLog log;

    RepeatWatch(EvidenceHistory evidence, HangLog log) {
        this.evidence = evidence;
        this.log = log;
    }

    void closed(Dialog dialog) {
        Optional<HangClass> hangClass = reason(dialog);
        if (hangClass.isEmpty() && rows.isEmpty()) {
            return;
        }
        Who who = Who.of(dialog.speaker(), evidence.partyOf(dialog.speaker()));
        Row row = rows.get(who);
        if (hangClass.isEmpty()) {
            if (row != null && row.hangClass == HangClass.E2 && !isLookedAtSince(dialog)) {
                return; // whether something was lost is not known yet
            }
            if (row != null && row.type == dialog.type() && dialog.isDump() == row.dialog.isDump()) {
                rows.remove(who); // it went well at last
                if (row.times >= OFTEN) {
                    log.ended(key(row), dialog.lastNanos());
                }
            }
            return;
        }
        if (row == null) {
            if (rows.size() >= MAX_SPEAKERS) {
                rows.remove(rows.keySet().iterator().next());
            }
            row = new Row(who, dialog);
            rows.put(who, row);
        }
        boolean goesOn = row.times > 0
                && row.hangClass == hangClass.get()
                && row.type == dialog.type()
                && dialog.startNanos() - row.last < PAUSE_NANOS;
        if (!goesOn) {
            row.hangClass = hangClass.get();
            row.type = dialog.type();
            row.since = dialog.startNanos();
            row.times = 0;
        }
        row.times++;
        row.last = dialog.lastNanos();
        row.dialog = dialog;
    }

    /** Those who go on at it. */
    List<Verdict> at(long now) {
        List<Verdict> verdicts = new ArrayList<>();
        for (Row row : rows.values()) {
            if (row.times >= OFTEN && now - row.last < PAUSE_NANOS) {
                verdicts.add(verdict(row));
            }
        }
        return verdicts;
    }

    private Optional<HangClass> reason(Dialog dialog) {
        if (dialog.isDump() && dialog.isInterrupted()) {
            return Optional.of(HangClass.E1);
        }
        if (dialog.error() == ERESTART && dialog.batch().isPresent()) {
            return Optional.of(HangClass.E3);
        }
        if (dialog.error() == EBUSY || dialog.error() == EAGAIN) {
            return Optional.of(HangClass.E4);
        }
        return dialog.isDump() && hasJustLost(dialog) ? Optional.of(HangClass.E2) : Optional.empty();
    }

    private boolean isLookedAtSince(Dialog dialog) {
        return evidence.of(dialog.speaker().netns())
                .filter(each -> each.latest().timeNanos() >= dialog.startNanos() - LEAST_TIMEOUT_NANOS)
                .isPresent();
    }

    /** Whether a listening socket of its process lost something shortly before it began to dump. */
    private boolean hasJustLost(Dialog dialog) {
        Optional<NamespaceEvidence> namespace = evidence.of(dialog.speaker().netns());
        Party who = evidence.partyOf(dialog.speaker());
        if (namespace.isEmpty() || who.pid().isEmpty()) {
            return false;
        }
        int pid = who.pid().getAsInt();
        return namespace.get().open().stream()
                .anyMatch(each -> each.row.groups() != 0
                        && each.holders.contains(pid)
                        && each.lossNoticedNanos() > dialog.startNanos() - LEAST_TIMEOUT_NANOS * 2);
    }

    private Verdict verdict(Row row) {
        Dialog dialog = row.dialog;
        String often = "%s %d times in a row".formatted(dialog.typeName(), row.times);
        String why = switch (row.hangClass) {
            case E1 -> often + ", and each time the kernel said that it changed meanwhile (NLM_F_DUMP_INTR)";
            case E2 -> often + ", and each time a listening socket of it had lost notifications before";
            case E3 ->
                "its batch %d times in a row, and each time refused with ERESTART: the rules had changed meanwhile"
                        .formatted(row.times);
            default -> often + ", and each time refused with " + (dialog.error() == EBUSY ? "EBUSY" : "EAGAIN");
        };
        return Verdict.of(
                key(row),
                row.hangClass,
                row.since,
                dialog.speaker().netns(),
                evidence.partyOf(dialog.speaker()),
                dialog.matter(),
                List.of(why),
                Confidence.CERTAIN);
    }

    private static Object key(Row row) {
        return List.of("repeat", row.who, row.hangClass, row.type);
    }

    /** Class C15: it asks, waits until its patience ends, and asks again. */
    static Optional<Verdict> timeouts(Speaker speaker, Party who) {
        List<Dialog> alike = speaker.latest().isEmpty()
                ? List.of()
                : speaker.open().stream()
                        .filter(each -> each.owed().isSomething()
                                && each.type() == speaker.latest().get().type()
                                && !each.hasReply())
                        .toList();
        if (alike.size() < TIMEOUTS) {
            return Optional.empty();
        }
        Dialog last = alike.get(alike.size() - 1);
        long period = Long.MAX_VALUE;
        long longest = 0;
        for (int i = alike.size() - 1; i > alike.size() - TIMEOUTS; i--) {
            long between = alike.get(i).startNanos() - alike.get(i - 1).startNanos();
            period = Math.min(period, between);
            longest = Math.max(longest, between);
        }
        // A timeout is never shorter than it was set, and on a busy machine longer.
        if (period < LEAST_TIMEOUT_NANOS || longest > period + period / 2) {
            return Optional.empty();
        }
        return Optional.of(Verdict.of(
                "timeouts " + System.identityHashCode(speaker),
                HangClass.C15,
                alike.get(0).startNanos(),
                speaker.netns(),
                who,
                last.matter(),
                List.of(
                        "%s %d times, every %.1f s, and never an answer"
                                .formatted(last.typeName(), alike.size(), period / 1e9),
                        "a timeout of that length is what ends each receive"),
                Confidence.PROBABLE));
    }
}
