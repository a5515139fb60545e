// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLineTest {

    private static final String CONTAINER = "0123456789abcdef".repeat(4);

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final List<RecordOrder> orders = new ArrayList<>();

    private int run(String... arguments) {
        RecordCommand.Recording recording = (order, verbose) -> {
            orders.add(order);
            return ExitCode.DONE;
        };
        return Nltap.commandLine(
                        recording,
                        InputStream.nullInputStream(),
                        new PrintWriter(out, true),
                        new PrintWriter(err, true))
                .execute(arguments);
    }

    @Test
    void ordersWhatTheOptionsSay() {
        int status = run(
                ("record --pid 7 --pid 8 --container " + CONTAINER + " --host --duration 10s --bytes 64Mi --out /tmp/x")
                        .split(" "));

        assertThat(status).isZero();
        assertThat(orders)
                .containsExactly(new RecordOrder(
                        List.of(7, 8),
                        List.of(CONTAINER),
                        Optional.of(new RecordOrder.Space(Path.of("/proc/1/ns/net"), true)),
                        Optional.of(Duration.ofSeconds(10)),
                        64 << 20,
                        Optional.empty(),
                        true,
                        true,
                        true,
                        false,
                        Path.of("/tmp/x")));
    }

    @Test
    void recordsWithoutEndAndUpToOneGibibyteUnlessTold() {
        run("record", "--pid", "7", "--out", "/tmp/x");

        assertThat(orders).singleElement().satisfies(order -> {
            assertThat(order.duration()).isEmpty();
            assertThat(order.maxBytes()).isEqualTo(1 << 30);
            assertThat(order.space()).isEmpty();
            assertThat(order.wantsEverybody()).isFalse();
        });
    }

    @Test
    void onlyRecordsWhenToldSo() {
        run("record", "--host", "--no-analysis", "--out", "/tmp/x");

        assertThat(orders)
                .singleElement()
                .satisfies(order -> assertThat(order.analysis()).isFalse());
    }

    @ParameterizedTest
    @CsvSource({"blue, /run/netns/blue", "/proc/7/ns/net, /proc/7/ns/net"})
    void takesANamespaceByNameOrByFile(String netns, Path path) {
        run("record", "--netns", netns, "--out", "/tmp/x");

        assertThat(orders).singleElement().satisfies(order -> {
            assertThat(order.space()).contains(new RecordOrder.Space(path, false));
            assertThat(order.wantsEverybody()).isTrue();
        });
    }

    @Test
    void saysWhatToChooseWhenNothingIsChosen() {
        int status = run("record", "--out", "/tmp/x");

        assertThat(status).isEqualTo(2);
        assertThat(err.toString()).contains(RecordCommand.WHAT_TO_RECORD, "Try 'nltap record --help'.");
        assertThat(orders).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "record --pid 7 | Missing required option: '--out=DIR'",
                "record --pid seven --out x | Invalid value for option '--pid'",
                "record --pid 0 --out x | --pid 0: a process id is 1 or greater",
                "record --container web --out x | --container web: give the container's id",
                "record --host --netns a --out x | mutually exclusive",
                "record --host --out x --duration 10 | '10' is no duration: write it like 10s",
                "record --host --out x --bytes many | 'many' is no number of bytes: write it like 64Mi",
                "record --host --out x --bytes 1 | ask for 64Ki or more",
                "record --host --out x --watch --no-analysis | --watch tells what the analysis finds",
                "record --host --out x --fast | Unknown option: '--fast'",
                "play | Unmatched argument"
            })
    void saysWhatIsWrongWithTheCommandLine(String arguments, String complaint) {
        int status = run(arguments.split(" "));

        assertThat(status).isEqualTo(2);
        assertThat(err.toString()).contains(complaint).contains("--help'");
        assertThat(orders).isEmpty();
    }

    @Test
    void helpsWithEachOptionAndTheExitCodes() {
        int status = run("record", "--help");

        assertThat(status).isZero();
        assertThat(out.toString())
                .contains("--pid", "--container", "--netns", "--host", "--duration", "--bytes", "--filter", "--out")
                .contains("Exit codes:", "recorded, but messages were lost");
    }

    @Test
    void tellsItsVersion() {
        int status = run("--version");

        assertThat(status).isZero();
        assertThat(out.toString()).startsWith("nltap ");
    }
}
