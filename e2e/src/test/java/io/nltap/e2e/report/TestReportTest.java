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
    private static final String OLD_KERNEL = "kernel-reports/6.1.176";
    private static final String NEW_KERNEL = "kernel-reports/6.12.101";

    @TempDir
    private Path root;

    @BeforeEach
    void oneTestOfEachKindPassed() throws IOException {
        for (String name :
                new String[] {"ThingTest", "ThingFuzzTest", "ArchitectureTest", "ThingOnEmbeddedServerTest", "DemoIT"
                }) {
            source(name);
            result(name, PASSED);
        }
        source("ThingKernelIT");
        result(OLD_KERNEL, "ThingKernelIT", PASSED);
        result(NEW_KERNEL, "ThingKernelIT", PASSED);
    }

    @Test
    void isGreenWhenEveryKindRanAndNothingFailed() throws Exception {
        CommandRun report = report();

        assertThat(report.exitStatus()).as(report.output()).isZero();
        assertThat(report.output())
                .endsWith("\n7 passed, 0 failed, 0 skipped\n")
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
                .endsWith("\n7 passed, 1 failed, 0 skipped\n");
    }

    @Test
    void tellsAllOfAReasonThatHasSeveralLines() throws Exception {
        source("OtherTest");
        result(
                "OtherTest",
                "<failure message=\"&#10;Expecting actual:&#10;  [1]&#10;to contain:&#10;  [2]\">trace</failure>");

        CommandRun report = report();

        assertThat(report.output())
                .contains("FAILED: OtherTest.works: Expecting actual:\n    [1]\n  to contain:\n    [2]\n");
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
        result(OLD_KERNEL, "ThingKernelIT", "<skipped message=\"no kernel\"/>");
        result(NEW_KERNEL, "ThingKernelIT", "<skipped message=\"no kernel\"/>");

        CommandRun report = report();

        assertThat(report.exitStatus()).isEqualTo(1);
        assertThat(report.output())
                .contains("FAILED: no test of this kind ran: agent on a real kernel")
                .contains("1 of ThingKernelIT on Linux 6.1.176: no kernel");
    }

    @Test
    void tellsKernelsApart() throws Exception {
        result(NEW_KERNEL, "ThingKernelIT", "<failure message=\"expected 1 but was 2\">trace</failure>");

        CommandRun report = report();

        assertThat(report.exitStatus()).isEqualTo(1);
        assertThat(report.output())
                .containsPattern("agent on Linux 6\\.1\\.176 +1 +0 ")
                .containsPattern("agent on Linux 6\\.12\\.101 +0 +1 ")
                .contains("FAILED: ThingKernelIT.works on Linux 6.12.101: expected 1 but was 2");
    }

    @Test
    void isRedWhenATestClassHasAResultOfOneKernelOnly() throws Exception {
        source("OtherKernelIT");
        result(OLD_KERNEL, "OtherKernelIT", PASSED);

        CommandRun report = report();

        assertThat(report.exitStatus()).isEqualTo(1);
        assertThat(report.output()).contains("FAILED: no test of io.nltap.OtherKernelIT on Linux 6.12.101 ran");
    }

    @Test
    void isRedWithoutANewerKernel() throws Exception {
        Files.delete(root.resolve("module/target/" + NEW_KERNEL + "/TEST-io.nltap.ThingKernelIT.xml"));

        CommandRun report = report();

        assertThat(report.exitStatus()).isEqualTo(1);
        assertThat(report.output()).contains("FAILED: no test of the agent ran on a kernel of 6.10 or newer");
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
                .endsWith("\n7 passed, 0 failed, 1 skipped\n");
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
        result("surefire-reports", name, outcome);
    }

    private void result(String reports, String name, String outcome) throws IOException {
        Path directory = Files.createDirectories(root.resolve("module/target").resolve(reports));
        Files.writeString(directory.resolve("TEST-io.nltap.%s.xml".formatted(name)), """
                <testsuite>
                  <testcase classname="io.nltap.%s" name="works" time="1,000.5">%s</testcase>
                </testsuite>
                """.formatted(name, outcome));
    }
}
