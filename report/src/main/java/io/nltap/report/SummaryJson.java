// SPDX-License-Identifier: Apache-2.0
package io.nltap.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nltap.netlink.analysis.Doubt;
import io.nltap.netlink.analysis.Failure;
import io.nltap.netlink.analysis.Finding;
import io.nltap.netlink.analysis.Hang;
import io.nltap.netlink.analysis.Holder;
import io.nltap.netlink.analysis.Latencies;
import io.nltap.netlink.analysis.Overrun;
import io.nltap.netlink.analysis.RequestKind;
import io.nltap.netlink.analysis.SlowRequest;
import io.nltap.netlink.analysis.Summary;
import io.nltap.netlink.analysis.Talker;
import io.nltap.netlink.analysis.Timeline;
import io.nltap.netlink.analysis.Totals;

/**
 * {@code summary.json}, as {@code summary.schema.json} beside this class has it; {@code docs/summary.md} describes it.
 * Findings have exactly the fields that are promised; what else is known of each stands under the same index in
 * {@code circumstances}.
 */
public final class SummaryJson {
    private SummaryJson() {}

    /** In UTF-8, for people too. */
    public static byte[] write(Summary summary) {
        return Json.pretty(tree(summary));
    }

    public static Summary read(byte[] json) throws FormatProblem {
        return Json.read("summary.json", json, SummaryReading::summary);
    }

    /** One finding in one line: exactly as it stands in {@code findings}. */
    public static String line(Finding finding) {
        return Json.line(finding(finding));
    }

    private static ObjectNode tree(Summary summary) {
        ObjectNode root = Json.object();
        root.put("version", Summary.VERSION);
        boolean isEmpty = summary.toNanos() == 0;
        root.put("from", isEmpty ? null : Json.time(summary.fromNanos()));
        root.put("to", isEmpty ? null : Json.time(summary.toNanos()));
        root.set("findings", Json.array(summary.hangs(), hang -> finding(hang.finding())));
        root.set("circumstances", Json.array(summary.hangs(), SummaryJson::circumstance));
        root.set("cannotSay", Json.array(summary.doubts(), SummaryJson::doubt));
        root.set("weaker", Json.texts(summary.weaker()));
        root.set("netns", Json.texts(summary.netns()));
        root.set("totals", totals(summary.totals()));
        root.put("samples", summary.samples());
        root.set("slow", Json.array(summary.slow(), SummaryJson::slow));
        root.set("failures", Json.array(summary.failures(), SummaryJson::failure));
        root.set("overruns", Json.array(summary.overruns(), SummaryJson::overrun));
        root.set(
                "changes",
                Json.array(
                        summary.changes(),
                        count -> Json.object()
                                .put("kind", count.kind())
                                .put("added", count.added())
                                .put("changed", count.changed())
                                .put("removed", count.removed())));
        root.set("kinds", Json.array(summary.kinds(), SummaryJson::kind));
        root.set("talkers", Json.array(summary.talkers(), SummaryJson::talker));
        root.set("timeline", timeline(summary.timeline()));
        root.set(
                "omissions",
                Json.array(
                        summary.omissions(),
                        each -> Json.object().put("what", each.what()).put("count", each.count())));
        return root;
    }

    private static ObjectNode finding(Finding finding) {
        ObjectNode node = Json.object();
        node.put("class", finding.hangClass().name());
        node.put("since", Json.time(finding.sinceNanos()));
        node.set("who", PartyJson.who(finding.who()));
        node.set("what", PartyJson.what(finding.what()));
        node.set("why", Json.texts(finding.why()));
        node.set("holder", finding.holder().map(SummaryJson::holder).orElse(null));
        return node;
    }

    private static ObjectNode holder(Holder holder) {
        ObjectNode node = Json.object();
        node.put("task", holder.task());
        Json.put(node, "pod", holder.pod());
        node.set("stack", Json.texts(holder.stack()));
        return node;
    }

    private static ObjectNode circumstance(Hang hang) {
        ObjectNode node = Json.object();
        node.put("netns", hang.netns());
        node.put("sentence", hang.finding().hangClass().sentence());
        node.put("confidence", hang.confidence().word());
        node.put("lastSeen", Json.time(hang.lastSeenNanos()));
        node.put(
                "ended", hang.endNanos().isPresent() ? Json.time(hang.endNanos().getAsLong()) : null);
        node.put("lastedNanos", hang.lastedNanos());
        node.put("victims", hang.victims());
        return node;
    }

    private static ObjectNode doubt(Doubt doubt) {
        ObjectNode node = Json.object();
        node.put("since", Json.time(doubt.sinceNanos()));
        node.put("netns", doubt.netns());
        node.set("who", PartyJson.who(doubt.who()));
        node.set("what", PartyJson.what(doubt.what()));
        node.put("reason", doubt.reason());
        return node;
    }

    private static ObjectNode totals(Totals totals) {
        return Json.object()
                .put("datagrams", totals.datagrams())
                .put("messages", totals.messages())
                .put("bytes", totals.bytes())
                .put("requests", totals.requests())
                .put("answered", totals.answered())
                .put("failed", totals.failed())
                .put("unowed", totals.unowed())
                .put("unanswered", totals.unanswered())
                .put("answersOfNobody", totals.answersOfNobody())
                .put("notifications", totals.notifications())
                .put("notificationCopies", totals.notificationCopies())
                .put("malformed", totals.malformed())
                .put("skipped", totals.skipped())
                .put("lost", totals.lost());
    }

    private static ObjectNode slow(SlowRequest slow) {
        ObjectNode node = Json.object();
        node.put("at", Json.time(slow.atNanos()));
        node.put("netns", slow.netns());
        node.set("who", PartyJson.who(slow.who()));
        node.set("what", PartyJson.what(slow.what()));
        node.put("dump", slow.isDump());
        node.put("kernelNanos", slow.kernelNanos());
        node.put("readingNanos", slow.readingNanos());
        node.put("outcome", slow.outcome());
        return node;
    }

    private static ObjectNode failure(Failure failure) {
        ObjectNode node = Json.object();
        node.put("protocol", failure.protocol());
        node.put("type", failure.type());
        node.put("error", failure.error());
        node.put("errno", failure.errno());
        node.put("explanation", failure.explanation());
        node.set("who", PartyJson.who(failure.who()));
        node.put("count", failure.count());
        node.put("first", Json.time(failure.firstNanos()));
        node.put("last", Json.time(failure.lastNanos()));
        return node;
    }

    private static ObjectNode overrun(Overrun overrun) {
        ObjectNode node = Json.object();
        node.put("netns", overrun.netns());
        node.put("protocol", overrun.protocol());
        node.put("portId", overrun.portId());
        node.put("inode", overrun.inode());
        node.set("who", PartyJson.who(overrun.who()));
        node.put("lost", overrun.lost());
        node.put("since", Json.time(overrun.sinceNanos()));
        return node;
    }

    private static ObjectNode kind(RequestKind kind) {
        ObjectNode node = Json.object();
        node.put("protocol", kind.protocol());
        node.put("type", kind.type());
        node.put("dump", kind.isDump());
        node.put("requests", kind.requests());
        node.put("failed", kind.failed());
        node.put("unanswered", kind.unanswered());
        node.set("kernel", latencies(kind.kernel()));
        node.set("reading", latencies(kind.reading()));
        return node;
    }

    private static ObjectNode latencies(Latencies latencies) {
        ObjectNode node = Json.object();
        node.put("count", latencies.count());
        node.put("p50Nanos", latencies.quantile(0.50));
        node.put("p90Nanos", latencies.quantile(0.90));
        node.put("p99Nanos", latencies.quantile(0.99));
        node.put("maxNanos", latencies.maxNanos());
        node.set(
                "steps",
                Json.array(
                        latencies.steps(),
                        step -> Json.object().put("fromNanos", step.fromNanos()).put("count", step.count())));
        return node;
    }

    private static ObjectNode talker(Talker talker) {
        ObjectNode node = Json.object();
        node.put("netns", talker.netns());
        node.set("who", PartyJson.who(talker.who()));
        node.put("requests", talker.requests());
        node.put("failed", talker.failed());
        node.put("unanswered", talker.unanswered());
        node.put("messages", talker.messages());
        node.put("bytes", talker.bytes());
        node.put("kernelNanos", talker.kernelNanos());
        node.put("slowestNanos", talker.slowestNanos());
        return node;
    }

    private static ObjectNode timeline(Timeline timeline) {
        ObjectNode node = Json.object();
        node.put("spanNanos", timeline.spanNanos());
        node.set(
                "spans",
                Json.array(
                        timeline.spans(),
                        span -> Json.object()
                                .put("at", Json.time(span.atNanos()))
                                .put("requests", span.requests())
                                .put("messages", span.messages())
                                .put("failed", span.failed())
                                .put("unanswered", span.unanswered())
                                .put("slowestNanos", span.slowestNanos())));
        return node;
    }
}
