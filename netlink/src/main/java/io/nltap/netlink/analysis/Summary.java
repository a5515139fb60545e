// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import io.nltap.netlink.author.Party;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What one capture, or a part of it, comes to. Two can be added; the lists are bounded, and what falls out is counted.
 *
 * @param fromNanos of the first packet; 0 when there is none
 * @param toNanos of the last packet or sample; 0 when there is none
 * @param netns names of the capture files' interfaces
 * @param samples how often it was looked beside the wire
 * @param weaker why the evidence is weaker than it could be, a sentence each
 * @param hangs the longest first
 * @param doubts what may hang, and nothing can be said about
 * @param kinds by the number of requests
 * @param slow the slowest first
 * @param failures the most frequent first
 * @param overruns the greatest loss first
 * @param talkers by the number of messages
 */
public record Summary(
        long fromNanos,
        long toNanos,
        List<String> netns,
        Totals totals,
        long samples,
        List<String> weaker,
        List<Hang> hangs,
        List<Doubt> doubts,
        List<RequestKind> kinds,
        List<SlowRequest> slow,
        List<Failure> failures,
        List<Overrun> overruns,
        List<Talker> talkers,
        Timeline timeline,
        List<ChangeCount> changes,
        List<Omission> omissions) {

    public static final int VERSION = 1;

    public static final int MAX_HANGS = 200;
    public static final int MAX_DOUBTS = 100;
    public static final int MAX_KINDS = 500;
    public static final int MAX_SLOW = 100;
    public static final int MAX_FAILURES = 200;
    public static final int MAX_OVERRUNS = 100;
    public static final int MAX_TALKERS = 200;
    private static final int MAX_NETNS = 1_000;

    public static final Summary NONE = new Summary(
            0,
            0,
            List.of(),
            Totals.NONE,
            0,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            Timeline.NONE,
            List.of(),
            List.of());

    /** Sorts, and cuts to what there is room for. */
    public Summary {
        Map<String, Omission> left = new LinkedHashMap<>();
        merge(left, omissions, Omission::what, Omission::plus);
        netns = first("namespaces", MAX_NETNS, new TreeSet<>(netns), left);
        weaker = List.copyOf(new TreeSet<>(weaker));
        hangs = first(
                "findings",
                MAX_HANGS,
                sorted(hangs, Comparator.comparing(Hang::lastedNanos).reversed()),
                left);
        doubts = first("doubts", MAX_DOUBTS, sorted(doubts, Comparator.comparing(Doubt::sinceNanos)), left);
        kinds = first(
                "types of requests",
                MAX_KINDS,
                sorted(
                        kinds,
                        Comparator.comparing(RequestKind::requests).reversed().thenComparing(RequestKind::key)),
                left);
        slow = first(
                "slow requests",
                MAX_SLOW,
                sorted(slow, Comparator.comparing(SlowRequest::kernelNanos).reversed()),
                left);
        failures = first(
                "failures",
                MAX_FAILURES,
                sorted(failures, Comparator.comparing(Failure::count).reversed().thenComparing(Failure::key)),
                left);
        overruns = first(
                "overruns",
                MAX_OVERRUNS,
                sorted(overruns, Comparator.comparing(Overrun::lost).reversed()),
                left);
        talkers = first(
                "talkers",
                MAX_TALKERS,
                sorted(
                        talkers,
                        Comparator.comparing(Talker::messages).reversed().thenComparing(Talker::key)),
                left);
        changes = List.copyOf(sorted(changes, Comparator.comparing(ChangeCount::kind)));
        omissions = List.copyOf(left.values());
    }

    /** With one more reason why the evidence is weaker than it could be. */
    public Summary weaker(String sentence) {
        return with(both(weaker, List.of(sentence)), hangs, doubts);
    }

    /** Without what others than these are said to hang in. */
    public Summary only(Predicate<Party> who) {
        return with(
                weaker,
                hangs.stream().filter(hang -> who.test(hang.finding().who())).toList(),
                doubts.stream().filter(doubt -> who.test(doubt.who())).toList());
    }

    private Summary with(List<String> otherWeaker, List<Hang> otherHangs, List<Doubt> otherDoubts) {
        return new Summary(
                fromNanos,
                toNanos,
                netns,
                totals,
                samples,
                otherWeaker,
                otherHangs,
                otherDoubts,
                kinds,
                slow,
                failures,
                overruns,
                talkers,
                timeline,
                changes,
                omissions);
    }

    /** Both together: of other packets of the same capture, of another namespace or of another node. */
    public Summary plus(Summary other) {
        return new Summary(
                fromNanos == 0
                        ? other.fromNanos
                        : other.fromNanos == 0 ? fromNanos : Math.min(fromNanos, other.fromNanos),
                Math.max(toNanos, other.toNanos),
                both(netns, other.netns),
                totals.plus(other.totals),
                samples + other.samples,
                both(weaker, other.weaker),
                both(hangs, other.hangs),
                both(doubts, other.doubts),
                merged(kinds, other.kinds, RequestKind::key, RequestKind::plus),
                both(slow, other.slow),
                merged(failures, other.failures, Failure::key, Failure::plus),
                both(overruns, other.overruns),
                merged(talkers, other.talkers, Talker::key, Talker::plus),
                timeline.plus(other.timeline),
                merged(changes, other.changes, ChangeCount::kind, ChangeCount::plus),
                both(omissions, other.omissions));
    }

    private static <T> List<T> both(List<T> one, List<T> other) {
        List<T> both = new ArrayList<>(one);
        both.addAll(other);
        return both;
    }

    private static <T> List<T> merged(List<T> one, List<T> other, Function<T, String> key, BinaryOperator<T> plus) {
        Map<String, T> sum = new LinkedHashMap<>();
        merge(sum, one, key, plus);
        merge(sum, other, key, plus);
        return List.copyOf(sum.values());
    }

    private static <T> void merge(Map<String, T> sum, List<T> more, Function<T, String> key, BinaryOperator<T> plus) {
        more.forEach(each -> sum.merge(key.apply(each), each, plus));
    }

    private static <T> List<T> sorted(List<T> list, Comparator<T> order) {
        return list.stream().sorted(order).toList();
    }

    private static <T> List<T> first(String what, int max, Collection<T> all, Map<String, Omission> left) {
        if (all.size() > max) {
            left.merge(what, new Omission(what, all.size() - max), Omission::plus);
        }
        return all.stream().limit(max).toList();
    }
}
