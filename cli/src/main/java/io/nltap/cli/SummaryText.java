// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import io.nltap.netlink.analysis.Confidence;
import io.nltap.netlink.analysis.Doubt;
import io.nltap.netlink.analysis.Failure;
import io.nltap.netlink.analysis.Finding;
import io.nltap.netlink.analysis.Hang;
import io.nltap.netlink.analysis.Overrun;
import io.nltap.netlink.analysis.RequestKind;
import io.nltap.netlink.analysis.SlowRequest;
import io.nltap.netlink.analysis.Summary;
import io.nltap.netlink.analysis.Talker;
import io.nltap.netlink.analysis.Totals;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** A summary for people at a terminal: first what hangs and why, then the rest. */
final class SummaryText {
    private static final int SHOWN = 10;
    private static final double NANOS_PER_SECOND = 1e9;

    private final PrintWriter out;

    SummaryText(PrintWriter out) {
        this.out = out;
    }

    void print(Summary summary) {
        findings(summary);
        doubts(summary.doubts());
        summary.weaker().forEach(each -> line("  note: %s", each));
        totals(summary);
        slow(summary.slow());
        failures(summary.failures());
        overruns(summary.overruns());
        changes(summary);
        kinds(summary.kinds());
        talkers(summary.talkers());
        summary.omissions().forEach(each -> line("there was no room for %,d %s", each.count(), each.what()));
        out.flush();
    }

    /** One finding as it arises, in several lines. */
    void print(Hang hang) {
        Finding finding = hang.finding();
        line(
                "%s  %s %s",
                finding.hangClass(), finding.who(), finding.hangClass().sentence());
        line(
                "    since %s, %s%s%s",
                time(finding.sinceNanos()),
                hang.endNanos().isPresent()
                        ? "for " + duration(hang.lastedNanos()) + " until it ended"
                        : "for " + duration(hang.lastedNanos()) + " at least",
                hang.netns().isEmpty() ? "" : ", in " + printable(hang.netns()),
                hang.confidence() == Confidence.CERTAIN
                        ? ""
                        : hang.confidence() == Confidence.PROBABLE ? "; probably" : "; by the wire alone");
        line("    what: %s", finding.what());
        finding.why().forEach(each -> line("    why: %s", printable(each)));
        finding.holder()
                .ifPresent(holder -> line(
                        "    holder: %s%s, in %s",
                        holder.task(),
                        holder.pod().map(pod -> " of " + pod).orElse(""),
                        String.join(" < ", holder.stack())));
    }

    private void findings(Summary summary) {
        if (summary.hangs().isEmpty()) {
            line("Nothing was found to hang.");
        } else {
            line("%d %s", summary.hangs().size(), summary.hangs().size() == 1 ? "hang" : "hangs");
            summary.hangs().forEach(hang -> {
                line("");
                print(hang);
            });
        }
        line("");
    }

    private void doubts(List<Doubt> doubts) {
        for (Doubt doubt : doubts.subList(0, Math.min(SHOWN, doubts.size()))) {
            line(
                    "cannot say: %s, %s since %s: %s",
                    doubt.who(), doubt.what(), time(doubt.sinceNanos()), printable(doubt.reason()));
        }
        more(doubts.size());
    }

    private void totals(Summary summary) {
        Totals totals = summary.totals();
        line(
                "%,d datagrams, %,d messages, %,d bytes%s; %,d samples from beside the wire",
                totals.datagrams(),
                totals.messages(),
                totals.bytes(),
                summary.toNanos() == 0
                        ? ""
                        : " from %s on, in %s"
                                .formatted(
                                        time(summary.fromNanos()), duration(summary.toNanos() - summary.fromNanos())),
                summary.samples());
        line(
                "%,d requests: %,d answered, of which %,d failed; %,d unanswered; %,d that are owed nothing;"
                        + " %,d notifications",
                totals.requests(),
                totals.answered(),
                totals.failed(),
                totals.unanswered(),
                totals.unowed(),
                totals.notifications());
        if (totals.lost() > 0) {
            line("the capture lost %,d datagrams", totals.lost());
        }
        if (totals.skipped() > 0) {
            line("%,d packets are no netlink (link type 253) and were passed over", totals.skipped());
        }
    }

    private void slow(List<SlowRequest> slow) {
        head(slow, "Slow");
        for (SlowRequest each : first(slow)) {
            line(
                    "  %s  %s  %s%s  by %s: %s",
                    duration(each.kernelNanos()),
                    time(each.atNanos()),
                    each.what(),
                    each.isDump() ? " (dump)" : "",
                    each.who(),
                    each.outcome());
        }
        more(slow.size());
    }

    private void failures(List<Failure> failures) {
        head(failures, "Failed");
        for (Failure each : first(failures)) {
            line(
                    "  %,6d x %s %s %s%s  first by %s",
                    each.count(),
                    each.error(),
                    each.protocol(),
                    each.type(),
                    each.explanation().isEmpty() ? "" : ": " + printable(each.explanation()),
                    each.who());
        }
        more(failures.size());
    }

    private void overruns(List<Overrun> overruns) {
        head(overruns, "Lost because a receive buffer was full");
        for (Overrun each : first(overruns)) {
            line("  %,6d messages to %s, %s port %d", each.lost(), each.who(), each.protocol(), each.portId());
        }
        more(overruns.size());
    }

    private void changes(Summary summary) {
        head(summary.changes(), "Changes (--changes prints each)");
        summary.changes()
                .forEach(each -> line(
                        "  %-18s %,d added, %,d changed, %,d removed",
                        each.kind(), each.added(), each.changed(), each.removed()));
    }

    private void kinds(List<RequestKind> kinds) {
        head(kinds, "Requests, and how long the kernel took: half of them, nine of ten, the longest");
        for (RequestKind each : first(kinds)) {
            line(
                    "  %,8d %s %s%s  %s  %s  %s",
                    each.requests(),
                    each.protocol(),
                    each.type(),
                    each.isDump() ? " (dump)" : "",
                    duration(each.kernel().quantile(0.5)),
                    duration(each.kernel().quantile(0.9)),
                    duration(each.kernel().maxNanos()));
        }
        more(kinds.size());
    }

    private void talkers(List<Talker> talkers) {
        head(talkers, "Who talked most");
        for (Talker each : first(talkers)) {
            line(
                    "  %,8d messages, %,d requests, %,d failed  %s",
                    each.messages(), each.requests(), each.failed(), each.who());
        }
        more(talkers.size());
    }

    private void head(List<?> rows, String title) {
        if (!rows.isEmpty()) {
            line("");
            line("%s", title);
        }
    }

    private static <T> List<T> first(List<T> rows) {
        return rows.subList(0, Math.min(SHOWN, rows.size()));
    }

    private void more(int rows) {
        if (rows > SHOWN) {
            line("  and %,d more: --json prints all", rows - SHOWN);
        }
    }

    private void line(String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values));
    }

    private static String time(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L))
                .toString();
    }

    static String duration(long nanos) {
        if (nanos >= 1_000_000_000L) {
            return String.format(Locale.ROOT, "%.1f s", nanos / NANOS_PER_SECOND);
        }
        return nanos >= 1_000_000L
                ? String.format(Locale.ROOT, "%.1f ms", nanos / 1e6)
                : String.format(Locale.ROOT, "%.0f µs", nanos / 1e3);
    }

    /** What comes out of a file may hold what moves a terminal's cursor. */
    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
