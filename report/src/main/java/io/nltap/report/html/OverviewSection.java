// SPDX-License-Identifier: Apache-2.0
package io.nltap.report.html;

import io.nltap.netlink.analysis.ChangeCount;
import io.nltap.netlink.analysis.Failure;
import io.nltap.netlink.analysis.Overrun;
import io.nltap.netlink.analysis.Summary;
import java.util.List;

/** The top of the page: what this is, how complete, and the figures that say whether to read on. */
final class OverviewSection {
    private static final int NAMED_NAMESPACES = 5;

    private OverviewSection() {}

    static void write(Markup out, Summary summary, CaptureFacts facts, CaptureTime time) {
        out.open("header").line();
        out.element("p", "nltap: netlink capture", "class", "kicker").line();
        out.element("h1", facts.title()).line();
        out.element("p", extent(summary, time)).line();
        completeness(out, summary, facts);
        figures(out, summary);
        out.close("header").line();
    }

    private static String extent(Summary summary, CaptureTime time) {
        if (summary.toNanos() == 0) {
            return "Nothing was captured.";
        }
        return "%s to %s UTC, %s%s"
                .formatted(
                        time.withDate(summary.fromNanos()),
                        time.of(summary.toNanos()),
                        Quantity.duration(Math.max(0, summary.toNanos() - summary.fromNanos())),
                        namespaces(summary.netns().stream()
                                .filter(name -> !name.isBlank())
                                .toList()));
    }

    private static String namespaces(List<String> netns) {
        if (netns.isEmpty()) {
            return ""; // tcpdump does not name them
        }
        if (netns.size() > NAMED_NAMESPACES) {
            return ", in " + Quantity.count(netns.size()) + " network namespaces";
        }
        return (netns.size() == 1 ? ", in network namespace " : ", in network namespaces ") + String.join(", ", netns);
    }

    private static void completeness(Markup out, Summary summary, CaptureFacts facts) {
        boolean hasGaps = Completeness.hasGaps(summary, facts);
        out.open("p", "class", hasGaps ? "state bad" : "state");
        out.element("strong", hasGaps ? "Incomplete." : "No loss is known.").text(" ");
        if (hasGaps) {
            out.text(Completeness.gaps(summary, facts).get(0)).text(" ");
        }
        out.element("a", "What was captured, and how complete", "href", "#capture");
        out.close("p").line();
    }

    private static void figures(Markup out, Summary summary) {
        out.open("ul", "class", "figures").line();
        figure(out, "#findings", summary.hangs().size(), "hangs found", "bad");
        figure(out, "#doubts", summary.doubts().size(), "cannot be said", "doubt");
        figure(out, "#kinds", summary.totals().requests(), "requests", "");
        figure(out, "#kinds", summary.totals().unanswered(), "unanswered", "bad");
        long failed = summary.failures().stream().mapToLong(Failure::count).sum();
        figure(out, "#failures", Math.max(failed, summary.totals().failed()), "failed", "doubt");
        figure(out, "#slow", summary.slow().size(), "slow", "doubt");
        long overrun = summary.overruns().stream().mapToLong(Overrun::lost).sum();
        figure(out, "#overruns", overrun, "lost by readers", "bad");
        long changes =
                summary.changes().stream().mapToLong(OverviewSection::all).sum();
        figure(out, "#changes", changes, "changes", "");
        out.close("ul").line();
    }

    private static long all(ChangeCount count) {
        return count.added() + count.changed() + count.removed();
    }

    private static void figure(Markup out, String target, long count, String name, String style) {
        out.open("li");
        // What there is none of has no section to go to.
        String element = count == 0 ? "span" : "a";
        out.open(element, count == 0 ? new String[] {"class", "none"} : new String[] {"class", style, "href", target});
        out.element("b", Quantity.count(count)).text(" ").element("span", name);
        out.close(element).close("li").line();
    }
}
