// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import io.nltap.netlink.author.Party;
import io.nltap.netlink.dialog.Dialog;
import io.nltap.netlink.dialog.Dialog.State;
import io.nltap.netlink.dialog.Speaker;
import io.nltap.netlink.message.KernelNames;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Counts dialogs: by type, by process, by error, over time. Each table is bounded, and what falls out is counted. */
final class Tally {
    private static final int MAX_KINDS = 4096;
    private static final int MAX_TALKERS = 8192;
    private static final int MAX_FAILURES = 2048;

    private static final class KindRow {
        private final String protocol;
        private final String type;
        private final boolean isDump;
        private final LatencyCounter kernel = new LatencyCounter();
        private final LatencyCounter reading = new LatencyCounter();
        private long requests;
        private long failed;
        private long unanswered;

        private KindRow(Dialog dialog) {
            protocol = KernelNames.protocol(dialog.speaker().protocol());
            type = dialog.typeName();
            isDump = dialog.isDump();
        }

        private RequestKind toKind() {
            return new RequestKind(
                    protocol, type, isDump, requests, failed, unanswered, kernel.toLatencies(), reading.toLatencies());
        }
    }

    private static final class TalkerRow {
        private long requests;
        private long failed;
        private long unanswered;
        private long messages;
        private long bytes;
        private long kernelNanos;
        private long slowestNanos;
        private Party party = Party.UNKNOWN;
        private String netns = "";

        private Talker toTalker() {
            return new Talker(netns, party, requests, failed, unanswered, messages, bytes, kernelNanos, slowestNanos);
        }
    }

    private final Settings settings;
    private final Map<Long, KindRow> kinds = new HashMap<>();
    private final Map<Speaker, TalkerRow> rowsOfSpeakers = new IdentityHashMap<>();
    private final Map<String, TalkerRow> talkers = new LinkedHashMap<>();
    private final Map<String, Failure> failures = new LinkedHashMap<>();
    private final PriorityQueue<SlowRequest> slow =
            new PriorityQueue<>(Comparator.comparingLong(SlowRequest::kernelNanos));
    private final TreeMap<Long, long[]> spans = new TreeMap<>();
    private long spanNanos = Timeline.LEAST_SPAN;
    private long currentSpan = Long.MIN_VALUE;
    private long[] current = new long[0];
    private @Nullable KindRow lastKind;
    private long lastKindKey;
    private long omittedKinds;
    private long omittedTalkers;
    private long omittedFailures;
    private long omittedSlow;

    Tally(Settings settings) {
        this.settings = settings;
    }

    void closed(Dialog dialog) {
        boolean isFailed = dialog.state() == State.FAILED;
        boolean isUnanswered = dialog.state() == State.UNANSWERED;
        long kernelNanos = dialog.kernelNanos();
        KindRow kind = kind(dialog);
        if (kind != null) {
            kind.requests++;
            kind.failed += isFailed ? 1 : 0;
            kind.unanswered += isUnanswered ? 1 : 0;
            if (dialog.hasReply()) {
                kind.kernel.add(kernelNanos);
                if (dialog.isDump()) {
                    kind.reading.add(dialog.readingNanos());
                }
            }
        }
        TalkerRow talker = talker(dialog.speaker());
        talker.requests++;
        talker.failed += isFailed ? 1 : 0;
        talker.unanswered += isUnanswered ? 1 : 0;
        talker.messages += 1 + dialog.answerMessages();
        talker.bytes += dialog.length() + dialog.answerBytes();
        talker.kernelNanos += kernelNanos;
        talker.slowestNanos = Math.max(talker.slowestNanos, kernelNanos);
        long[] span = span(dialog.startNanos());
        span[0]++;
        span[1] += 1 + dialog.answerMessages();
        span[2] += isFailed ? 1 : 0;
        span[3] += isUnanswered ? 1 : 0;
        span[4] = Math.max(span[4], kernelNanos);
        if (kernelNanos >= settings.slowNanos()) {
            addSlow(dialog);
        }
        if (isFailed) {
            addFailure(dialog);
        }
    }

    private @Nullable KindRow kind(Dialog dialog) {
        int command = dialog.speaker().protocol() == 16 ? dialog.command() & 0xFF : 0;
        long key = (long) dialog.speaker().protocol() << 32
                | (long) (dialog.type() & 0xFFFF) << 16
                | (long) command << 1
                | (dialog.isDump() ? 1 : 0);
        if (lastKind != null && key == lastKindKey) {
            return lastKind;
        }
        KindRow row = kinds.get(key);
        if (row == null) {
            if (kinds.size() >= MAX_KINDS) {
                omittedKinds++;
                return null;
            }
            row = new KindRow(dialog);
            kinds.put(key, row);
        }
        lastKindKey = key;
        lastKind = row;
        return row;
    }

    /** Speakers come and go, and talkers are summed up over them: by name where the process is gone, too. */
    private TalkerRow talker(Speaker speaker) {
        TalkerRow row = rowsOfSpeakers.get(speaker);
        if (row != null) {
            return row;
        }
        String key = speaker.netns()
                + '\0'
                + speaker.party().pid().orElse(-1)
                + '\0'
                + (speaker.party().isKnown() ? "" : speaker.ports());
        row = talkers.get(key);
        if (row == null) {
            if (talkers.size() >= MAX_TALKERS) {
                omittedTalkers++;
                row = new TalkerRow();
            } else {
                row = new TalkerRow();
                talkers.put(key, row);
            }
            row.netns = speaker.netns();
        }
        row.party = speaker.party();
        if (rowsOfSpeakers.size() >= MAX_TALKERS) {
            rowsOfSpeakers.clear();
        }
        rowsOfSpeakers.put(speaker, row);
        return row;
    }

    private long[] span(long nanos) {
        long start = Math.floorDiv(nanos, spanNanos) * spanNanos;
        if (start != currentSpan) {
            if (!spans.containsKey(start) && spans.size() >= Timeline.MAX_SPANS) {
                coarsen();
                return span(nanos);
            }
            current = spans.computeIfAbsent(start, key -> new long[5]);
            currentSpan = start;
        }
        return current;
    }

    private void coarsen() {
        spanNanos *= 2;
        currentSpan = Long.MIN_VALUE;
        TreeMap<Long, long[]> coarse = new TreeMap<>();
        spans.forEach((at, values) ->
                coarse.merge(Math.floorDiv(at, spanNanos) * spanNanos, values, (one, other) -> new long[] {
                    one[0] + other[0],
                    one[1] + other[1],
                    one[2] + other[2],
                    one[3] + other[3],
                    Math.max(one[4], other[4])
                }));
        spans.clear();
        spans.putAll(coarse);
    }

    private void addSlow(Dialog dialog) {
        slow.add(new SlowRequest(
                dialog.startNanos(),
                dialog.speaker().netns(),
                dialog.speaker().party(),
                dialog.matter(),
                dialog.isDump(),
                dialog.kernelNanos(),
                dialog.readingNanos(),
                dialog.error() == 0 ? "OK" : KernelNames.error(dialog.error())));
        if (slow.size() > Summary.MAX_SLOW) {
            slow.poll();
            omittedSlow++;
        }
    }

    private void addFailure(Dialog dialog) {
        Failure failure = new Failure(
                KernelNames.protocol(dialog.speaker().protocol()),
                dialog.failedTypeName(),
                KernelNames.error(dialog.error()),
                Math.abs(dialog.error()),
                dialog.explanation(),
                dialog.speaker().party(),
                1,
                dialog.startNanos(),
                dialog.startNanos());
        if (failures.size() >= MAX_FAILURES && !failures.containsKey(failure.key())) {
            omittedFailures++;
        } else {
            failures.merge(failure.key(), failure, Failure::plus);
        }
    }

    List<RequestKind> kinds() {
        return kinds.values().stream().map(KindRow::toKind).toList();
    }

    List<Talker> talkers() {
        return talkers.values().stream().map(TalkerRow::toTalker).toList();
    }

    List<Failure> failures() {
        return List.copyOf(failures.values());
    }

    List<SlowRequest> slow() {
        return List.copyOf(slow);
    }

    Timeline timeline() {
        List<Timeline.Span> all = new ArrayList<>();
        spans.forEach(
                (at, values) -> all.add(new Timeline.Span(at, values[0], values[1], values[2], values[3], values[4])));
        return new Timeline(spanNanos, all);
    }

    List<Omission> omissions() {
        List<Omission> omissions = new ArrayList<>();
        add(omissions, "types of requests", omittedKinds);
        add(omissions, "talkers", omittedTalkers);
        add(omissions, "failures", omittedFailures);
        add(omissions, "slow requests", omittedSlow);
        return omissions;
    }

    static void add(List<Omission> omissions, String what, long count) {
        if (count > 0) {
            omissions.add(new Omission(what, count));
        }
    }
}
