// SPDX-License-Identifier: Apache-2.0
package io.nltap.report.html;

import io.nltap.netlink.analysis.Doubt;
import io.nltap.netlink.analysis.Failure;
import io.nltap.netlink.analysis.Overrun;
import io.nltap.netlink.analysis.RequestKind;
import io.nltap.netlink.analysis.SlowRequest;
import io.nltap.netlink.analysis.Summary;
import io.nltap.netlink.analysis.Talker;
import java.util.List;

/** The lists of a summary, each a table in a section. */
final class SummaryTables {
    private static final String FILE = "summary.json";

    private final Summary summary;
    private final CaptureTime time;

    SummaryTables(Summary summary, CaptureTime time) {
        this.summary = summary;
        this.time = time;
    }

    void doubts(Markup out) {
        Table<Doubt> table = new Table<>(
                "What may hang, and why nothing can be said about it",
                List.of(
                        Column.time("Since", time, Doubt::sinceNanos),
                        Column.who("Who", Doubt::who),
                        Column.what("What", Doubt::what),
                        Column.text("Namespace", Doubt::netns),
                        Column.wide("Reason", Doubt::reason)),
                FILE);
        section(out, "doubts", "Cannot say", table, summary.doubts(), "doubts", 50_000);
    }

    void failures(Markup out) {
        Table<Failure> table = new Table<>(
                "Requests that failed, alike ones together, the most frequent first",
                List.of(
                        Column.count("Times", Failure::count),
                        Column.text("Error", failure -> "%s (%d)".formatted(failure.error(), failure.errno())),
                        Column.wide("The kernel says", failure -> saying(failure.explanation())),
                        Column.code("Request", failure -> failure.protocol() + " " + failure.type()),
                        Column.who("First by", Failure::who),
                        Column.time("First", time, Failure::firstNanos),
                        Column.time("Last", time, Failure::lastNanos)),
                FILE);
        section(out, "failures", "Failed requests", table, summary.failures(), "failures", 80_000);
    }

    void slow(Markup out) {
        Table<SlowRequest> table = new Table<>(
                "Requests that took the kernel long, the slowest first",
                List.of(
                        Column.duration("Kernel", SlowRequest::kernelNanos),
                        Column.duration("Reading", SlowRequest::readingNanos),
                        Column.time("Sent", time, SlowRequest::atNanos),
                        Column.who("Who", SlowRequest::who),
                        Column.code("Request", slow -> slow.what() + (slow.isDump() ? " (dump)" : "")),
                        Column.text("Outcome", SlowRequest::outcome),
                        Column.text("Namespace", SlowRequest::netns)),
                FILE);
        section(out, "slow", "Slow requests", table, summary.slow(), "slow requests", 60_000);
    }

    void overruns(Markup out) {
        Table<Overrun> table = new Table<>(
                "Sockets that lost messages because their receive buffer was full",
                List.of(
                        Column.count("Lost", Overrun::lost),
                        Column.who("Who", Overrun::who),
                        Column.text("Protocol", Overrun::protocol),
                        Column.time("Since", time, Overrun::sinceNanos),
                        Column.text("Port", overrun -> Long.toString(overrun.portId())),
                        Column.text("Inode", overrun -> Long.toString(overrun.inode())),
                        Column.text("Namespace", Overrun::netns)),
                FILE);
        section(out, "overruns", "Overruns", table, summary.overruns(), "overruns", 40_000);
    }

    void talkers(Markup out) {
        Table<Talker> table = new Table<>(
                "Processes, by the number of messages that they sent or got as answers",
                List.of(
                        Column.who("Who", Talker::who),
                        Column.text("Namespace", Talker::netns),
                        Column.count("Messages", Talker::messages),
                        new Column<>("Bytes", "number", (cell, talker) -> cell.text(Quantity.bytes(talker.bytes()))),
                        Column.count("Requests", Talker::requests),
                        Column.count("Failed", Talker::failed),
                        Column.count("Unanswered", Talker::unanswered),
                        Column.duration("Kernel, all", Talker::kernelNanos),
                        Column.duration("Slowest", Talker::slowestNanos)),
                FILE);
        section(out, "talkers", "Top talkers", table, summary.talkers(), "talkers", 70_000);
    }

    void kinds(Markup out) {
        Table<RequestKind> table = new Table<>(
                "Kernel: until the first message of the answer. Reading: from there until the end of a dump",
                List.of(
                        Column.code(
                                "Request",
                                kind -> kind.protocol() + " " + kind.type() + (kind.isDump() ? " (dump)" : "")),
                        Column.count("Requests", RequestKind::requests),
                        Column.count("Failed", RequestKind::failed),
                        Column.count("Unanswered", RequestKind::unanswered),
                        Column.duration("Kernel, half", kind -> kind.kernel().quantile(0.5)),
                        Column.duration("99 %", kind -> kind.kernel().quantile(0.99)),
                        Column.duration("Longest", kind -> kind.kernel().maxNanos()),
                        Column.duration("Reading, half", kind -> kind.reading().quantile(0.5)),
                        Column.duration(
                                "Longest reading", kind -> kind.reading().maxNanos())),
                FILE);
        section(out, "kinds", "Requests by type", table, summary.kinds(), "types of requests", 70_000);
    }

    private <T> void section(
            Markup all, String id, String heading, Table<T> table, List<T> rows, String omission, int maxBytes) {
        if (rows.isEmpty()) {
            return;
        }
        Section.write(
                all, id, heading, out -> table.write(out, rows, Completeness.leftOut(summary, omission), maxBytes));
    }

    private static String saying(String explanation) {
        return explanation.isEmpty() ? "–" : explanation;
    }
}
