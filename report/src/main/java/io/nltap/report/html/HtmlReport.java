// SPDX-License-Identifier: Apache-2.0
package io.nltap.report.html;

import io.nltap.netlink.analysis.Summary;

/**
 * {@code report.html}: one page that needs nothing else, no network and no script; {@code docs/report.md} describes
 * it. Always below {@value #MAX_BYTES} bytes: what it has no room for is counted on it.
 */
public final class HtmlReport {
    /** No page is larger. */
    public static final int MAX_BYTES = 1_000_000;

    private HtmlReport() {}

    /** In UTF-8; the same bytes for the same capture. */
    public static byte[] of(Summary summary, RecentChanges changes, CaptureFacts facts) {
        String script = PageParts.script();
        String style = PageParts.style();
        Markup out = new Markup();
        out.open("!DOCTYPE html").line();
        out.open("html", "lang", "en").open("head").line();
        out.open("meta", "charset", "utf-8").line();
        out.open("meta", "http-equiv", "Content-Security-Policy", "content", ContentPolicy.of(script, style));
        out.line();
        out.open("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
                .line();
        out.open("meta", "name", "color-scheme", "content", "light dark").line();
        out.open("meta", "name", "referrer", "content", "no-referrer").line();
        out.open("meta", "name", "generator", "content", "nltap " + facts.nltap())
                .line();
        out.element("title", facts.title() + " – nltap").line();
        out.raw("style", style).line();
        out.close("head").open("body").line();
        body(out, summary, changes, facts);
        out.raw("script", script).line();
        return out.close("body").close("html").line().bytes();
    }

    private static void body(Markup out, Summary summary, RecentChanges changes, CaptureFacts facts) {
        CaptureTime time = new CaptureTime(summary.fromNanos());
        SummaryTables tables = new SummaryTables(summary, time);
        OverviewSection.write(out, summary, facts, time);
        out.open("main").line();
        FindingsSection.write(out, summary, time);
        tables.doubts(out);
        TimelineSection.write(out, summary, time);
        tables.failures(out);
        tables.slow(out);
        ChangesSection.write(out, summary.changes(), changes, time);
        tables.overruns(out);
        tables.talkers(out);
        tables.kinds(out);
        CaptureSection.write(out, summary, facts);
        out.close("main").line();
        out.element("footer", "Made by nltap %s.".formatted(facts.nltap())).line();
    }
}
