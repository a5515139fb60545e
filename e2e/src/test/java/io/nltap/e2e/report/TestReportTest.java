// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.e2e.process.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report that decides whether {@code ./dev test} is green, on a repository made for it. */
class TestReportTest {
    private static final Path REPORT = Path.of("").toAbsolutePath().getParent().resolve("dev.d/TestReport.java");
    private static final String PASSED = "";

    @TempDir
    private Path root;

    @BeforeEach
    void oneTestOfEachKindPassed() throws IOException {
        for (String name : new String[] {
            "ThingTest", "ThingFuzzTest", "ArchitectureTest", "ThingOnEmbeddedServerTest", "ThingKernelIT", "DemoIT"
        }) {
            source(name);
            result(name, PASSED);
        }
    }

    @Test
    void isGreenWhenEveryKindRanAndNothingFailed() throws Exception {
        CommandRun report = report();

        assertThat(report.exitStatus()).as(report.output()).isZero();
        assertThat(report.output())
                .endsWith("\n6 passed, 0 failed, 0 skipped\n")
                .doesNotContain("FAILED");
    }

    @Test
    void isRedWhenATestFailed() throws Exception {
        source("OtherTest");
        result("OtherTest", "<failure message=\"expected 1 but was 2\">trace</failure>");

        CommandRun report = report();

        assertThat(report.exitStatus()).isEqualTo(1);
        assertThat(report.output())
                .contains("FAILED: OtherTest.works: expected 1 but was 2")
                .endsWith("\n6 passed, 1 failed, 0 skipped\n");
    }

    @Test
    void isRedWhenATestClassHasNoResult() throws Exception {
        source("CrashedTest");

        CommandRun report = report();

        assertThat(report.exitStatus()).isEqualTo(1);
        assertThat(report.output()).contains("FAILED: no test of io.nltap.CrashedTest ran");
    }

    @Test
    void isRedWhenAKindDidNotRunAtAll() throws Exception {
        result("ThingKernelIT", "<skipped message=\"no kernel\"/>");

        CommandRun report = report();

        assertThat(report.exitStatus()).isEqualTo(1);
        assertThat(report.output())
                .contains("FAILED: no test of this kind ran: agent on a real kernel")
                .contains("1 of ThingKernelIT: no kernel");
    }

    @Test
    void isRedWhenAStepFailedThoughEveryTestPassed() throws Exception {
        CommandRun report = report("scripts: exit status 1");

        assertThat(report.exitStatus()).isEqualTo(1);
        assertThat(report.output()).contains("FAILED: step scripts: exit status 1");
    }

    @Test
    void listsWhatDidNotRunWithItsReason() throws Exception {
        source("ThingOnRealServerTest");
        result("ThingOnRealServerTest", "<skipped message=\"NLTAP_TEST_KUBECONFIG names no API server\"/>");

        CommandRun report = report();

        assertThat(report.exitStatus()).as(report.output()).isZero();
        assertThat(report.output())
                .contains("1 of ThingOnRealServerTest: NLTAP_TEST_KUBECONFIG names no API server")
                .endsWith("\n6 passed, 0 failed, 1 skipped\n");
    }

    private CommandRun report(String... failedSteps) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String steps = failedSteps.length == 0 ? "" : " '" + failedSteps[0] + "'";
        // Whether this machine names an API server must not matter here.
        return CommandRun.of(
                "sh", "-c", "unset NLTAP_TEST_KUBECONFIG; exec %s %s %s%s".formatted(java, REPORT, root, steps));
    }

    private void source(String name) throws IOException {
        Path directory = Files.createDirectories(root.resolve("module/src/test/java/io/nltap"));
        Files.writeString(directory.resolve(name + ".java"), "class %s {}".formatted(name));
    }

    private void result(String name, String outcome) throws IOException {
        Path directory = Files.createDirectories(root.resolve("module/target/surefire-reports"));
        Files.writeString(directory.resolve("TEST-io.nltap.%s.xml".formatted(name)), """
                <testsuite>
                  <testcase classname="io.nltap.%s" name="works" time="1,000.5">%s</testcase>
                </testsuite>
                """.formatted(name, outcome));
    }
}
