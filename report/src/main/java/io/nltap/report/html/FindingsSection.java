// SPDX-License-Identifier: Apache-2.0
package io.nltap.report.html;

import io.nltap.netlink.analysis.Finding;
import io.nltap.netlink.analysis.Hang;
import io.nltap.netlink.analysis.Holder;
import io.nltap.netlink.analysis.Summary;
import java.util.List;

/** What hangs: who, what, since when, what shows it, and who holds the lock. */
final class FindingsSection {
    private static final int MAX_BYTES = 220_000;
    private static final int MAX_LINES = 40;
    private static final int SEEN_AT_ONCE = 25;

    private FindingsSection() {}

    static void write(Markup all, Summary summary, CaptureTime time) {
        Section.write(all, "findings", "Hangs", out -> {
            if (summary.hangs().isEmpty()) {
                out.element("p", nothing(summary)).line();
            }
            articles(out, summary, time);
        });
    }

    private static String nothing(Summary summary) {
        if (!summary.doubts().isEmpty()) {
            return "Nothing was found to hang; of some requests it cannot be said.";
        }
        return summary.samples() == 0
                ? "Nothing was seen to hang. Only the wire was looked at: what hangs without a message is not seen there."
                : "Nothing was seen to hang.";
    }

    private static void articles(Markup out, Summary summary, CaptureTime time) {
        Markup rest = new Markup();
        int written = 0;
        int size = 0;
        for (Hang hang : summary.hangs()) {
            Markup article = article(hang, time);
            size += article.size();
            if (size > MAX_BYTES) {
                break;
            }
            (written < SEEN_AT_ONCE ? out : rest).append(article);
            written++;
        }
        if (!rest.isEmpty()) {
            out.open("details").element("summary", "%s more".formatted(Quantity.count(written - SEEN_AT_ONCE)));
            out.append(rest).close("details").line();
        }
        Omitted.write(out, summary.hangs().size() - written, "summary.json", Completeness.leftOut(summary, "findings"));
    }

    private static Markup article(Hang hang, CaptureTime time) {
        Finding finding = hang.finding();
        Markup out = new Markup().open("article").line();
        out.open("h3")
                .element("span", finding.hangClass().name(), "class", "tag")
                .text(" ");
        PartyText.write(out, finding.who());
        out.text(" ")
                .element("span", finding.hangClass().sentence(), "class", "said")
                .close("h3")
                .line();
        out.open("p", "class", "meta");
        out.element("span", finding.what().toString(), "class", "code");
        out.element("span", duration(hang));
        out.element("span", "since " + time.of(finding.sinceNanos()));
        out.element("span", "network namespace " + hang.netns());
        out.element("span", confidence(hang));
        if (hang.victims() > 1) {
            out.element("span", "%s hang for this reason".formatted(Quantity.count(hang.victims())));
        }
        out.close("p").line();
        lines(out, "ul", "why", finding.why());
        finding.holder().ifPresent(holder -> holder(out, holder));
        if (finding.hangClass().isLockWait() && finding.holder().isEmpty()) {
            out.element("p", "Who holds the lock was not seen.", "class", "holder")
                    .line();
        }
        return out.close("article").line();
    }

    private static String duration(Hang hang) {
        String lasted = Quantity.duration(hang.lastedNanos());
        return hang.endNanos().isPresent()
                ? "over after " + lasted
                : "for %s, and still when last seen".formatted(lasted);
    }

    private static String confidence(Hang hang) {
        return switch (hang.confidence()) {
            case CERTAIN -> "certain";
            case PROBABLE -> "probable";
            case WIRE_ONLY -> "seen on the wire only";
        };
    }

    private static void holder(Markup out, Holder holder) {
        out.open("p", "class", "holder").element("strong", "Held by").text(" ");
        out.element("span", holder.task(), "class", "code");
        holder.pod().ifPresent(pod -> out.text(" ").element("span", pod, "class", "place"));
        out.close("p").line();
        lines(out, "ol", "stack", holder.stack());
    }

    private static void lines(Markup out, String element, String style, List<String> lines) {
        if (lines.isEmpty()) {
            return;
        }
        out.open(element, "class", style);
        lines.stream().limit(MAX_LINES).forEach(line -> out.element("li", line));
        out.close(element).line();
        Omitted.write(out, Math.max(0, lines.size() - MAX_LINES), "summary.json", 0);
    }
}
