// SPDX-License-Identifier: Apache-2.0
package io.nltap.report.html;

import io.nltap.netlink.analysis.ChangeCount;
import io.nltap.netlink.analysis.Confidence;
import io.nltap.netlink.analysis.Doubt;
import io.nltap.netlink.analysis.Failure;
import io.nltap.netlink.analysis.Finding;
import io.nltap.netlink.analysis.Hang;
import io.nltap.netlink.analysis.HangClass;
import io.nltap.netlink.analysis.Holder;
import io.nltap.netlink.analysis.Latencies;
import io.nltap.netlink.analysis.Omission;
import io.nltap.netlink.analysis.Overrun;
import io.nltap.netlink.analysis.RequestKind;
import io.nltap.netlink.analysis.SlowRequest;
import io.nltap.netlink.analysis.Summary;
import io.nltap.netlink.analysis.Talker;
import io.nltap.netlink.analysis.Timeline;
import io.nltap.netlink.analysis.Totals;
import io.nltap.netlink.author.Party;
import io.nltap.netlink.change.Change;
import io.nltap.netlink.dialog.Matter;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Captures with one text everywhere where a text can be, and as much of everything as there can be. */
final class Extremes {
    private static final long AT = Incident.FROM;

    private Extremes() {}

    static CaptureFacts facts(String text) {
        return new CaptureFacts(text, text, List.of(new CaptureFacts.Fact(text, text)), List.of(text));
    }

    /** @param count of everything that can be many */
    static Summary summary(String text, int count) {
        Party who = new Party(OptionalInt.of(1), Optional.of(text), Optional.of(text), Optional.of(text));
        Matter what = new Matter(text, text, OptionalLong.of(1));
        Finding finding = new Finding(
                HangClass.A1,
                AT,
                who,
                what,
                Collections.nCopies(count, text),
                Optional.of(new Holder(text, Optional.of(text), Collections.nCopies(count, text))));
        Latencies latencies = new Latencies(List.of(new Latencies.Step(8, 1)), 9);
        return new Summary(
                AT,
                AT + 60_000_000_000L,
                many(count, i -> text + i),
                new Totals(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14),
                1,
                many(count, i -> text + i),
                many(count, i -> new Hang(finding, text, Confidence.CERTAIN, AT + i, OptionalLong.empty(), 2)),
                many(count, i -> new Doubt(AT, text, who, what, text)),
                many(count, i -> new RequestKind(text, text + i, true, 1, 1, 1, latencies, latencies)),
                many(count, i -> new SlowRequest(AT, text, who, what, true, 1, 1, text)),
                many(count, i -> new Failure(text, text + i, text, 1, text, who, 1, AT, AT)),
                many(count, i -> new Overrun(text, text, i, i, who, 1, AT)),
                many(count, i -> new Talker(text + i, who, 1, 1, 1, 1, 1, 1, 1)),
                new Timeline(
                        Timeline.LEAST_SPAN,
                        many(
                                Math.min(count, Timeline.MAX_SPANS),
                                i -> new Timeline.Span(AT + i * Timeline.LEAST_SPAN, i, i, i, i, i))),
                many(count, i -> new ChangeCount(text + i, 1, 1, 1)),
                many(count, i -> new Omission(text + i, 1)));
    }

    static RecentChanges changes(String text, int count) {
        Party who = new Party(OptionalInt.of(1), Optional.of(text), Optional.of(text), Optional.of(text));
        RecentChanges changes = new RecentChanges();
        many(
                        count,
                        i -> new Change(
                                AT + i,
                                text,
                                who,
                                Change.Authorship.CERTAIN,
                                Change.Action.CHANGED,
                                text,
                                text,
                                Map.of(text, text),
                                Map.of(text, text + "'"),
                                Change.Proof.ACKNOWLEDGED,
                                new Matter(text, text, OptionalLong.of(1))))
                .forEach(changes);
        return changes;
    }

    private static <T> List<T> many(int count, IntFunction<T> each) {
        return IntStream.range(0, count).mapToObj(each).toList();
    }
}
