// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** What was found to hang, and what became of it. Bounded: what ended first makes room. */
final class HangLog {
    private static final int MAX_ENTRIES = 1000;

    /** For so long after the last sight of a holder it is not forgotten: what it held takes its time to be seen released. */
    private static final long HOLDER_NANOS = 10_000_000_000L;

    private static final class Entry {
        private Verdict verdict;
        private long lastSeen;
        private long holderSeen;
        private OptionalLong end = OptionalLong.empty();

        private Entry(Verdict verdict, long now) {
            this.verdict = verdict;
            this.lastSeen = now;
        }

        private void update(Verdict latest, long now) {
            if (latest.holder().isPresent()) {
                holderSeen = now;
            }
            verdict = now - holderSeen < HOLDER_NANOS ? latest.withHolderOf(verdict) : latest;
            lastSeen = now;
            end = OptionalLong.empty();
        }

        private Hang hang(int victims) {
            return new Hang(
                    verdict.finding(), verdict.netns(), verdict.confidence(), lastSeen, end, Math.max(1, victims));
        }
    }

    private final Map<Object, Entry> entries = new LinkedHashMap<>();
    private List<Verdict> doubts = List.of();
    private long omitted;

    /** @param verdicts all that is to be said at this moment: what is missing has ended */
    void update(List<Verdict> verdicts, long now) {
        Map<Object, Verdict> current = new LinkedHashMap<>();
        List<Verdict> uncertain = new ArrayList<>();
        for (Verdict verdict : verdicts) {
            if (verdict.hangClass().isPresent()) {
                current.merge(verdict.key(), verdict, HangLog::surer);
            } else {
                uncertain.add(verdict);
            }
        }
        uncertain.removeIf(each -> current.containsKey(each.key()));
        // What can only not be seen right now has not ended.
        Set<Object> inDoubt = new HashSet<>();
        uncertain.removeIf(each -> {
            Entry entry = entries.get(each.key());
            return entry != null && entry.end.isEmpty() && inDoubt.add(each.key());
        });
        doubts = uncertain;
        entries.forEach((key, entry) -> {
            if (!current.containsKey(key) && !inDoubt.contains(key) && entry.end.isEmpty()) {
                entry.end = OptionalLong.of(Math.max(entry.lastSeen, entry.verdict.sinceNanos()));
            }
        });
        current.forEach((key, verdict) -> {
            Entry entry = entries.get(key);
            if (entry == null) {
                entry = takeSame(verdict, current);
                entries.put(key, entry);
            }
            entry.update(verdict, now);
        });
    }

    /**
     * A hang may be known by its thread first and by its request later, or the other way round: it stays one. What else of the
     * same process hangs for the same reason at this moment is another one.
     */
    private Entry takeSame(Verdict verdict, Map<Object, Verdict> current) {
        for (Map.Entry<Object, Entry> each : entries.entrySet()) {
            Entry entry = each.getValue();
            if (!current.containsKey(each.getKey())
                    && isSame(entry.verdict, verdict)
                    && entry.end.orElse(entry.lastSeen) >= verdict.sinceNanos()) {
                entries.remove(each.getKey());
                return entry;
            }
        }
        makeRoom();
        return new Entry(verdict, verdict.sinceNanos());
    }

    private static boolean isSame(Verdict one, Verdict other) {
        return one.hangClass().equals(other.hangClass())
                && one.netns().equals(other.netns())
                && one.who().pid().isPresent()
                && one.who().pid().equals(other.who().pid());
    }

    /** Something that is over, and was known to be one only then. */
    void addEnded(Verdict verdict, long end) {
        Entry known = entries.get(verdict.key());
        if (known != null) {
            known.end = OptionalLong.of(end);
            known.lastSeen = Math.max(known.lastSeen, end);
            return;
        }
        makeRoom();
        Entry entry = new Entry(verdict, end);
        entry.end = OptionalLong.of(end);
        entries.put(verdict.key(), entry);
    }

    /** It has ended, if it was known to hang. */
    void ended(Object key, long nanos) {
        Entry entry = entries.get(key);
        if (entry != null) {
            entry.end = OptionalLong.of(nanos);
            entry.lastSeen = Math.max(entry.lastSeen, nanos);
        }
    }

    /** All so far. */
    List<Hang> hangs() {
        List<Hang> hangs = new ArrayList<>();
        for (Entry entry : entries.values()) {
            hangs.add(entry.hang(victims(entry)));
        }
        return hangs;
    }

    /** Those that have not ended. */
    List<Hang> open() {
        return hangs().stream().filter(hang -> hang.endNanos().isEmpty()).toList();
    }

    List<Doubt> doubts() {
        return doubts.stream()
                .map(each -> new Doubt(
                        each.sinceNanos(), each.netns(), each.who(), each.what(), String.join("; ", each.why())))
                .toList();
    }

    long omitted() {
        return omitted;
    }

    private int victims(Entry entry) {
        Optional<HangClass> hangClass = entry.verdict.hangClass();
        boolean isRtnl = hangClass.map(HangLog::isRtnl).orElse(false);
        return isRtnl
                ? (int) entries.values().stream()
                        .filter(each ->
                                each.verdict.hangClass().map(HangLog::isRtnl).orElse(false) && overlap(each, entry))
                        .count()
                : 1;
    }

    private static boolean overlap(Entry one, Entry other) {
        return one.verdict.sinceNanos() <= other.end.orElse(other.lastSeen)
                && other.verdict.sinceNanos() <= one.end.orElse(one.lastSeen);
    }

    private static boolean isRtnl(HangClass hangClass) {
        return hangClass == HangClass.A1 || hangClass == HangClass.A2 || hangClass == HangClass.B4;
    }

    private static Verdict surer(Verdict one, Verdict other) {
        return one.confidence().compareTo(other.confidence()) <= 0 ? one : other;
    }

    private void makeRoom() {
        if (entries.size() < MAX_ENTRIES) {
            return;
        }
        omitted++;
        Object out = entries.entrySet().stream()
                .filter(each -> each.getValue().end.isPresent())
                .findFirst()
                .map(Map.Entry::getKey)
                .orElseGet(() -> entries.keySet().iterator().next());
        entries.remove(out);
    }
}
