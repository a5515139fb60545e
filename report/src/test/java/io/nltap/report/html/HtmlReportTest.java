// SPDX-License-Identifier: Apache-2.0
package io.nltap.report.html;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.netlink.analysis.Summary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HtmlReportTest {
    private static final Path GOLDEN = Path.of("src/test/resources/io/nltap/report/html/incident.html");
    private static final Pattern DATA = Pattern.compile("(?s)<script type=\"application/json\"[^>]*>(.*?)</script>");
    private static final CaptureFacts NO_FACTS = new CaptureFacts("a capture", "0.1.0", List.of(), List.of());

    private static String page(Summary summary, RecentChanges changes, CaptureFacts facts) {
        return new String(HtmlReport.of(summary, changes, facts), StandardCharsets.UTF_8);
    }

    /** Without what is the same on all pages, and with what follows from it. */
    private static String withoutParts(String page) {
        return page.replaceAll("(?s)<style>.*?</style>", "<style></style>")
                .replaceAll("(?s)<script>.*?</script>", "<script></script>")
                .replaceAll("sha256-[A-Za-z0-9+/=]*", "sha256-");
    }

    /** {@code -Dupdate} writes it anew. */
    @Test
    void saysWhatHappenedInAnIncident() throws IOException {
        String page = withoutParts(page(Incident.summary(), Incident.changes(), Incident.facts()));
        if (System.getProperty("update") != null) {
            Files.createDirectories(GOLDEN.getParent());
            Files.writeString(GOLDEN, page);
        }

        assertThat(page).isEqualTo(Files.readString(GOLDEN));
    }

    @Test
    void saysThatNothingWasCaptured() {
        String page = page(Summary.NONE, new RecentChanges(), NO_FACTS);

        assertThat(page).contains("Nothing was captured.", "No loss is known.", "Nothing was seen to hang.");
        assertThat(page).doesNotContain("plot-data\">", "<table");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<script>alert(1)</script>",
                "\"><img src=x onerror=alert(1)>",
                "' onmouseover='alert(1)",
                "</style><script>alert(1)</script>",
                "<!--<script>",
                "]]>&lt;b&gt;"
            })
    void namesThatAreMarkupStayText(String name) {
        String page = withoutParts(page(Extremes.summary(name, 2), Extremes.changes(name, 2), Extremes.facts(name)));
        Matcher data = DATA.matcher(page);

        assertThat(data.find()).isTrue();
        assertThat(data.group(1)).doesNotContain("<", ">", "&");
        assertThat(data.replaceAll("")).doesNotContain(name).doesNotContain("<img");
        assertThat(page.split("<script", -1)).as("of the plots' data, and ours").hasSize(3);
    }

    @Test
    void whatCannotBeSeenIsShownByItsNumber() {
        String page = page(Extremes.summary("a\u202eb\u0007\ud800c\u2028", 1), new RecentChanges(), NO_FACTS);

        assertThat(page).contains("a\\u{202e}b\\u{7}\\u{d800}c\\u{2028}");
        assertThat(page).doesNotContain("\u202e", "\u0007", "\u2028");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<", "\u20ac", "a name of some length, as there are"})
    void noPageIsLargerThanPromised(String text) {
        String name = text.repeat(3_000 / text.length());

        byte[] page = HtmlReport.of(Extremes.summary(name, 2_000), Extremes.changes(name, 2_000), Extremes.facts(name));

        assertThat(page.length).isLessThan(HtmlReport.MAX_BYTES);
        assertThat(new String(page, StandardCharsets.UTF_8))
                .containsPattern("[0-9]+ more: see summary.json\\.")
                .contains("more were seen, for which the analysis had no room.")
                .containsPattern("[0-9]+ more: see changes.ndjson\\.")
                .contains("1,000 before these: see changes.ndjson.");
    }

    @Test
    void carriesTheNoticeOfThePlotsLibrary() {
        String page = page(Summary.NONE, new RecentChanges(), NO_FACTS);

        assertThat(page)
                .contains("Copyright (c) 2022 Leon Sorokin", "The above copyright notice and this permission notice");
    }
}
