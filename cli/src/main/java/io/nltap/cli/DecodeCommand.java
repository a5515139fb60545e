// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import io.nltap.netlink.decode.DecodedLines;
import io.nltap.netlink.decode.Decoder;
import io.nltap.netlink.decode.Tables;
import io.nltap.netlink.pcapng.CaptureProblem;
import io.nltap.netlink.pcapng.CaptureReader;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nltap decode}: the messages of a capture file, a line each. */
@Command(
        name = "decode",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        header = "Prints the messages of a capture, a line each.",
        description = {
            "",
            "FILE is pcapng or pcap with link type 253, from nltap, tcpdump or dumpcap, as it is or compressed by zstd or"
                    + " gzip; - is standard input. Needs no root. Keys are never printed.",
            ""
        },
        parameterListHeading = "",
        optionListHeading = "Options:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all of it is printed",
            "1:the file cannot be read, or is no capture",
            "2:the command line makes no sense",
            "3:printed as far as the file goes: it is damaged, or was cut off"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  nltap decode /tmp/shell/capture.pcapng | grep RTM_NEWROUTE",
            "  nltap decode --json 0.pcapng.zst | jq -c 'select(.errno) | [.pid, .errno, .request.type]'"
        })
final class DecodeCommand implements Callable<Integer> {
    /** After so many lines it is seen whether anybody still reads them. */
    private static final int LINES_AT_ONCE = 256;

    private final InputStream standardInput;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--json", description = "Print each message as a JSON object; docs/decode.md explains it.")
    private boolean json;

    @Parameters(paramLabel = "FILE", description = "The capture.")
    private Path file = Path.of("");

    DecodeCommand(InputStream standardInput) {
        this.standardInput = standardInput;
    }

    @Override
    public Integer call() {
        CommandSpec command = Objects.requireNonNull(spec);
        PrintWriter out = command.commandLine().getOut();
        PrintWriter err = command.commandLine().getErr();
        try (CaptureInput input = open()) {
            return print(input, out, err).number();
        } catch (CommandProblem problem) {
            err.println("nltap: " + problem.getMessage());
            return problem.exitCode().number();
        } catch (UncheckedIOException e) {
            out.flush();
            err.println("nltap: %s cannot be read any further: %s"
                    .formatted(file, Objects.requireNonNullElse(e.getCause(), e).getMessage()));
            return ExitCode.FAILED.number();
        }
    }

    private CaptureInput open() throws CommandProblem {
        return file.toString().equals("-")
                ? CaptureInput.open("standard input", standardInput)
                : CaptureInput.open(file);
    }

    private ExitCode print(CaptureInput input, PrintWriter out, PrintWriter err) {
        CaptureReader reader = input.reader();
        DecodedLines lines = new DecodedLines(
                reader, new Decoder(Tables.builtIn()), json ? DecodedLines.Form.JSON : DecodedLines.Form.TEXT);
        int printed = 0;
        while (lines.hasNext()) {
            out.println(lines.next());
            printed++;
            if (printed % LINES_AT_ONCE == 0 && out.checkError()) {
                return ExitCode.DONE; // as when head(1) has had enough
            }
        }
        out.flush();
        for (CaptureProblem problem : reader.problems()) {
            err.println("nltap: %s, at byte %d: %s".formatted(input.name(), problem.offset(), problem.message()));
        }
        if (reader.skipped() > 0) {
            err.println("nltap: %s: %d packets are no netlink (link type 253) and were passed over"
                    .formatted(input.name(), reader.skipped()));
        }
        return reader.problems().isEmpty() ? ExitCode.DONE : ExitCode.INCOMPLETE;
    }
}
