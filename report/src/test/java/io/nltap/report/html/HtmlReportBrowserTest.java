// SPDX-License-Identifier: Apache-2.0
package io.nltap.report.html;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The page in a browser. What it looks like is left in {@code target/report-pages} for whoever wants to see it. */
class HtmlReportBrowserTest {
    private static final Path PAGES = Path.of("target/report-pages").toAbsolutePath();
    private static final String HOSTILE = "</title></script><img src=x onerror=alert(1)><script>alert(2)</script>";
    private static Chromium browser;

    enum Page {
        INCIDENT(HtmlReport.of(Incident.summary(), Incident.changes(), Incident.facts())),
        HOSTILE_NAMES(
                HtmlReport.of(Extremes.summary(HOSTILE, 3), Extremes.changes(HOSTILE, 3), Extremes.facts(HOSTILE))),
        LONG_NAMES(HtmlReport.of(
                Extremes.summary("w".repeat(200), 2_000),
                Extremes.changes("w".repeat(200), 2_000),
                Extremes.facts("w".repeat(200))));

        private final byte[] bytes;

        Page(byte[] bytes) {
            this.bytes = bytes;
        }

        Path file() {
            return PAGES.resolve(name().toLowerCase(Locale.ROOT) + ".html");
        }
    }

    @BeforeAll
    static void writePagesAndOpenBrowser() throws IOException {
        Files.createDirectories(PAGES);
        for (Page page : Page.values()) {
            Files.write(page.file(), page.bytes);
        }
        browser = Chromium.open();
    }

    @AfterAll
    static void closeBrowser() throws IOException {
        browser.close();
    }

    @BeforeEach
    void useDesktop() {
        browser.tell("Emulation.setScriptExecutionDisabled", Map.of("value", false));
        screen(1200, 900, false);
        scheme("light");
    }

    private static void screen(int width, int height, boolean isPhone) {
        browser.tell(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", isPhone));
    }

    private static void scheme(String name) {
        browser.tell(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", name))));
    }

    private static void takePicture(String name, boolean isWhole) throws IOException {
        JsonNode picture =
                browser.tell("Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", isWhole));
        write(name + ".png", picture);
    }

    private static Path write(String name, JsonNode answer) throws IOException {
        return Files.write(
                PAGES.resolve(name),
                Base64.getDecoder().decode(answer.get("data").textValue()));
    }

    @ParameterizedTest
    @EnumSource
    void fetchesNothingAndBreaksNoRule(Page page) {
        browser.load(page.file());

        assertThat(browser.events("Network.requestWillBeSent"))
                .extracting(event -> event.parameters().at("/request/url").textValue())
                .containsExactly(page.file().toUri().toString());
        assertThat(Stream.of(
                                "Runtime.consoleAPICalled",
                                "Runtime.exceptionThrown",
                                "Log.entryAdded",
                                "Page.javascriptDialogOpening")
                        .flatMap(method -> browser.events(method).stream()))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void fitsAPhone(Page page) throws IOException {
        screen(360, 780, true);
        browser.load(page.file());
        takePicture("phone-" + page, false);

        assertThat(browser.evaluate("document.documentElement.scrollWidth").intValue())
                .isLessThanOrEqualTo(360);
        assertThat(browser.evaluate("innerWidth").intValue()).isEqualTo(360);
    }

    @ParameterizedTest
    @CsvSource({"light, 1200", "dark, 1200", "light, 360", "dark, 360"})
    void allTextStandsOutFromItsGround(String scheme, int width) throws IOException {
        screen(width, 900, width < 500);
        scheme(scheme);
        browser.load(Page.INCIDENT.file());
        takePicture("%s-%d".formatted(scheme, width), true);

        JsonNode weak = browser.evaluate(resource("contrast.js"));

        assertThat(weak).as("text of a contrast below 4.5").isEmpty();
    }

    @Test
    void hostileNamesAreShownLiterally() {
        browser.load(Page.HOSTILE_NAMES.file());

        assertThat(browser.evaluate("document.title").textValue()).startsWith(HOSTILE);
        assertThat(browser.evaluate("document.querySelector('h1').textContent").textValue())
                .isEqualTo(HOSTILE);
        assertThat(browser.evaluate("document.querySelector('#findings .why li').textContent")
                        .textValue())
                .isEqualTo(HOSTILE);
        assertThat(browser.evaluate("JSON.parse(document.getElementById('plot-data').textContent).hangs[0].name")
                        .textValue())
                .isEqualTo("A1 " + HOSTILE + "[1]");
        assertThat(browser.evaluate("document.images.length + document.scripts.length")
                        .intValue())
                .as("the data and the script")
                .isEqualTo(2);
    }

    @Test
    void drawsWhatHappenedWhen() {
        browser.load(Page.INCIDENT.file());

        assertThat(browser.evaluate("document.querySelectorAll('.plot:not([hidden]) canvas').length")
                        .intValue())
                .isEqualTo(3);
        assertThat(browser.evaluate("document.getElementById('timeline-table').open")
                        .booleanValue())
                .isFalse();
        assertThat(browser.evaluate("Array.from(document.querySelectorAll('.plot canvas'),"
                                + " c => new Set(c.getContext('2d').getImageData(0, 0, c.width, c.height).data).size > 2)"
                                + ".every(Boolean)")
                        .booleanValue())
                .as("something is on each")
                .isTrue();
    }

    @Test
    void saysTheSameWithoutScript() throws IOException {
        browser.tell("Emulation.setScriptExecutionDisabled", Map.of("value", true));
        browser.load(Page.INCIDENT.file());
        takePicture("without-script", true);

        assertThat(browser.evaluate("document.querySelectorAll('canvas, .plot:not([hidden])').length")
                        .intValue())
                .isZero();
        assertThat(browser.evaluate("document.querySelectorAll('#timeline-table[open] tbody tr').length")
                        .intValue())
                .isEqualTo(20);
    }

    @Test
    void textCanBeSearched() {
        browser.load(Page.INCIDENT.file());

        for (String text : List.of("ethtool[12877]", "198.51.100.0/24", "Nexthop has invalid gateway", "node-agent")) {
            assertThat(browser.evaluate("find('" + text + "', true, false, true)")
                            .booleanValue())
                    .as(text)
                    .isTrue();
        }
    }

    @Test
    void hasHeadingsForTablesAndParts() {
        browser.load(Page.INCIDENT.file());

        assertThat(browser.evaluate("Array.from(document.querySelectorAll('table:not(.u-legend)')).every(t =>"
                                + " t.caption && t.tHead && t.querySelectorAll('th[scope=col]').length"
                                + " === t.tBodies[0].rows[0].cells.length)")
                        .booleanValue())
                .isTrue();
        assertThat(browser.evaluate("Array.from(document.querySelectorAll('a[href^=\"#\"]')).every(a =>"
                                + " document.getElementById(a.hash.slice(1)))")
                        .booleanValue())
                .isTrue();
        assertThat(browser.evaluate("document.querySelectorAll('h1').length").intValue())
                .isEqualTo(1);
    }

    @Test
    void paperHasWhatWasFound() throws IOException, InterruptedException {
        scheme("dark");
        browser.load(Page.INCIDENT.file());

        Path pdf = write("paper.pdf", browser.tell("Page.printToPDF", Map.of("preferCSSPageSize", true)));

        assertThat(textOf(pdf))
                .contains("shop/slow-routes", "Incomplete.", "routed[4711]", "Of 30,112 receive calls on this socket")
                .contains("ethtool[12877]", "dev_ioctl", "default table main", "Nexthop has invalid gateway");
    }

    private static String textOf(Path pdf) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder("pdftotext", "-raw", pdf.toString(), "-").start();
        } catch (IOException e) {
            return fail("pdftotext cannot be run; install the Debian package poppler-utils", e);
        }
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return text.replaceAll("\\s+", " ");
    }

    private static String resource(String name) throws IOException {
        return Files.readString(
                Path.of("src/test/resources/io/nltap/report/html").resolve(name));
    }
}
