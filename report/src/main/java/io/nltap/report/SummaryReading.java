// SPDX-License-Identifier: Apache-2.0
package io.nltap.report;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The way back of {@link SummaryJson}. Fields that it does not know are of a later version, and left alone. */
final class SummaryReading {
    private SummaryReading() {}

    static Summary summary(JsonNode root) {
        int version = Json.integer(root, "version");
        if (version != Summary.VERSION) {
            throw new Json.Malformed("version %d was written by another nltap: this one reads version %d"
                    .formatted(version, Summary.VERSION));
        }
        boolean isEmpty = !root.hasNonNull("to");
        return new Summary(
                isEmpty ? 0 : Json.nanos(root, "from"),
                isEmpty ? 0 : Json.nanos(root, "to"),
                Json.texts(root, "netns"),
                totals(Json.member(root, "totals")),
                Json.number(root, "samples"),
                Json.texts(root, "weaker"),
                hangs(root),
                Json.list(root, "cannotSay", SummaryReading::doubt),
                Json.list(root, "kinds", SummaryReading::kind),
                Json.list(root, "slow", SummaryReading::slow),
                Json.list(root, "failures", SummaryReading::failure),
                Json.list(root, "overruns", SummaryReading::overrun),
                Json.list(root, "talkers", SummaryReading::talker),
                timeline(Json.member(root, "timeline")),
                Json.list(
                        root,
                        "changes",
                        each -> new ChangeCount(
                                Json.text(each, "kind"),
                                Json.number(each, "added"),
                                Json.number(each, "changed"),
                                Json.number(each, "removed"))),
                Json.list(
                        root, "omissions", each -> new Omission(Json.text(each, "what"), Json.number(each, "count"))));
    }

    private static List<Hang> hangs(JsonNode root) {
        List<Finding> findings = Json.list(root, "findings", SummaryReading::finding);
        List<JsonNode> circumstances = Json.list(root, "circumstances", each -> each);
        if (findings.size() != circumstances.size()) {
            throw new Json.Malformed(
                    "%d findings have %d circumstances".formatted(findings.size(), circumstances.size()));
        }
        List<Hang> hangs = new ArrayList<>();
        for (int i = 0; i < findings.size(); i++) {
            JsonNode each = circumstances.get(i);
            hangs.add(new Hang(
                    findings.get(i),
                    Json.text(each, "netns"),
                    confidence(Json.text(each, "confidence")),
                    Json.nanos(each, "lastSeen"),
                    each.hasNonNull("ended") ? OptionalLong.of(Json.nanos(each, "ended")) : OptionalLong.empty(),
                    Json.integer(each, "victims")));
        }
        return hangs;
    }

    private static Confidence confidence(String word) {
        return Arrays.stream(Confidence.values())
                .filter(each -> each.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new Json.Malformed("confidence is none: " + word));
    }

    private static Finding finding(JsonNode node) {
        JsonNode holder = Json.member(node, "holder");
        return new Finding(
                HangClass.valueOf(Json.text(node, "class")),
                Json.nanos(node, "since"),
                PartyJson.who(Json.member(node, "who")),
                PartyJson.what(Json.member(node, "what")),
                Json.texts(node, "why"),
                holder.isNull()
                        ? Optional.empty()
                        : Optional.of(new Holder(
                                Json.text(holder, "task"),
                                Json.optionalText(holder, "pod"),
                                Json.texts(holder, "stack"))));
    }

    private static Doubt doubt(JsonNode node) {
        return new Doubt(
                Json.nanos(node, "since"),
                Json.text(node, "netns"),
                PartyJson.who(Json.member(node, "who")),
                PartyJson.what(Json.member(node, "what")),
                Json.text(node, "reason"));
    }

    private static Totals totals(JsonNode node) {
        return new Totals(
                Json.number(node, "datagrams"),
                Json.number(node, "messages"),
                Json.number(node, "bytes"),
                Json.number(node, "requests"),
                Json.number(node, "answered"),
                Json.number(node, "failed"),
                Json.number(node, "unowed"),
                Json.number(node, "unanswered"),
                Json.number(node, "answersOfNobody"),
                Json.number(node, "notifications"),
                Json.number(node, "notificationCopies"),
                Json.number(node, "malformed"),
                Json.number(node, "skipped"),
                Json.number(node, "lost"));
    }

    private static RequestKind kind(JsonNode node) {
        return new RequestKind(
                Json.text(node, "protocol"),
                Json.text(node, "type"),
                Json.bool(node, "dump"),
                Json.number(node, "requests"),
                Json.number(node, "failed"),
                Json.number(node, "unanswered"),
                latencies(Json.member(node, "kernel")),
                latencies(Json.member(node, "reading")));
    }

    private static Latencies latencies(JsonNode node) {
        return new Latencies(
                Json.list(
                        node,
                        "steps",
                        each -> new Latencies.Step(Json.number(each, "fromNanos"), Json.number(each, "count"))),
                Json.number(node, "maxNanos"));
    }

    private static SlowRequest slow(JsonNode node) {
        return new SlowRequest(
                Json.nanos(node, "at"),
                Json.text(node, "netns"),
                PartyJson.who(Json.member(node, "who")),
                PartyJson.what(Json.member(node, "what")),
                Json.bool(node, "dump"),
                Json.number(node, "kernelNanos"),
                Json.number(node, "readingNanos"),
                Json.text(node, "outcome"));
    }

    private static Failure failure(JsonNode node) {
        return new Failure(
                Json.text(node, "protocol"),
                Json.text(node, "type"),
                Json.text(node, "error"),
                Json.integer(node, "errno"),
                Json.text(node, "explanation"),
                PartyJson.who(Json.member(node, "who")),
                Json.number(node, "count"),
                Json.nanos(node, "first"),
                Json.nanos(node, "last"));
    }

    private static Overrun overrun(JsonNode node) {
        return new Overrun(
                Json.text(node, "netns"),
                Json.text(node, "protocol"),
                Json.number(node, "portId"),
                Json.number(node, "inode"),
                PartyJson.who(Json.member(node, "who")),
                Json.number(node, "lost"),
                Json.nanos(node, "since"));
    }

    private static Talker talker(JsonNode node) {
        return new Talker(
                Json.text(node, "netns"),
                PartyJson.who(Json.member(node, "who")),
                Json.number(node, "requests"),
                Json.number(node, "failed"),
                Json.number(node, "unanswered"),
                Json.number(node, "messages"),
                Json.number(node, "bytes"),
                Json.number(node, "kernelNanos"),
                Json.number(node, "slowestNanos"));
    }

    private static Timeline timeline(JsonNode node) {
        return new Timeline(
                Json.number(node, "spanNanos"),
                Json.list(
                        node,
                        "spans",
                        each -> new Timeline.Span(
                                Json.nanos(each, "at"),
                                Json.number(each, "requests"),
                                Json.number(each, "messages"),
                                Json.number(each, "failed"),
                                Json.number(each, "unanswered"),
                                Json.number(each, "slowestNanos"))));
    }
}
