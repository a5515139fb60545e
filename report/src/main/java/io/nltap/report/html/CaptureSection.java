// SPDX-License-Identifier: Apache-2.0
package io.nltap.report.html;

import io.nltap.netlink.analysis.Omission;
import io.nltap.netlink.analysis.Summary;
import io.nltap.netlink.analysis.Totals;
import java.util.List;
import java.util.stream.Collectors;

/** How it was captured, what is missing from it, and what it comes to. */
final class CaptureSection {
    private static final int MAX_BYTES = 25_000;
    private static final int NAMED_NAMESPACES = 20;

    private CaptureSection() {}

    static void write(Markup all, Summary summary, CaptureFacts facts) {
        Section.write(all, "capture", "What was captured, and how complete", out -> {
            sentences(out, "Missing", Completeness.gaps(summary, facts));
            sentences(out, "Why the evidence is weaker than it could be", summary.weaker());
            sentences(
                    out,
                    "What the analysis had no room for",
                    summary.omissions().stream().map(CaptureSection::omission).toList());
            out.open("dl", "class", "facts").line();
            facts.facts().forEach(fact -> fact(out, fact.name(), fact.value()));
            totals(out, summary.totals(), summary.samples());
            if (!summary.netns().isEmpty()) {
                fact(out, "Network namespaces", namespaces(summary.netns()));
            }
            out.close("dl").line();
        });
    }

    private static String namespaces(List<String> netns) {
        String named = netns.stream().limit(NAMED_NAMESPACES).collect(Collectors.joining(", "));
        return netns.size() <= NAMED_NAMESPACES
                ? named
                : "%s and %s more: see summary.json".formatted(named, Quantity.count(netns.size() - NAMED_NAMESPACES));
    }

    private static String omission(Omission omission) {
        return "%s: %s".formatted(omission.what(), Quantity.count(omission.count()));
    }

    private static void sentences(Markup out, String heading, List<String> sentences) {
        if (sentences.isEmpty()) {
            return;
        }
        out.element("h3", heading).open("ul").line();
        int size = 0;
        int written = 0;
        for (String sentence : sentences) {
            Markup item = new Markup().element("li", sentence).line();
            size += item.size();
            if (size > MAX_BYTES) {
                break;
            }
            out.append(item);
            written++;
        }
        out.close("ul").line();
        Omitted.write(out, sentences.size() - written, "summary.json", 0);
    }

    private static void totals(Markup out, Totals totals, long samples) {
        fact(
                out,
                "Captured",
                "%s with %s, %s"
                        .formatted(
                                Quantity.count(totals.datagrams(), "datagram", "datagrams"),
                                Quantity.count(totals.messages(), "message", "messages"),
                                Quantity.bytes(totals.bytes())));
        fact(out, "Lost by the capture", Quantity.count(totals.lost(), "datagram", "datagrams"));
        fact(
                out,
                "Requests",
                "%s: %s answered (%s with an error), %s owed no answer, %s unanswered"
                        .formatted(
                                Quantity.count(totals.requests()),
                                Quantity.count(totals.answered()),
                                Quantity.count(totals.failed()),
                                Quantity.count(totals.unowed()),
                                Quantity.count(totals.unanswered())));
        fact(
                out,
                "Notifications",
                "%s, and %s for other listeners"
                        .formatted(
                                Quantity.count(totals.notifications()),
                                Quantity.count(totals.notificationCopies(), "copy", "copies")));
        fact(out, "Answers without a request", Quantity.count(totals.answersOfNobody()));
        fact(out, "Malformed", Quantity.count(totals.malformed()));
        fact(out, "Not netlink", Quantity.count(totals.skipped(), "packet", "packets"));
        fact(out, "Looked beside the wire", Quantity.count(samples, "time", "times"));
    }

    private static void fact(Markup out, String name, String value) {
        out.open("div").element("dt", name).element("dd", value).close("div").line();
    }
}
