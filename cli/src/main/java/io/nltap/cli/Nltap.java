// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;

/** The command {@code nltap}: where everything is put together. */
@Command(
        name = "nltap",
        mixinStandardHelpOptions = true,
        versionProvider = Nltap.Version.class,
        usageHelpAutoWidth = true,
        header = "Tells who talks netlink to the kernel, and what they say.",
        description = {"", "On a cluster nltap is used through kubectl; this command needs none.", ""},
        optionListHeading = "Options:%n",
        commandListHeading = "%nCommands:%n",
        footer = {"", "'nltap COMMAND --help' tells more."})
public final class Nltap {

    /** Of logs; the agent's stages log through slf4j, whose level has to be known before the first logger is made. */
    private static final String LOG_LEVEL = "org.slf4j.simpleLogger.defaultLogLevel";

    /** Set by the start script when standard error is a terminal. */
    private static final String TERMINAL = "nltap.terminal";

    private Nltap() {}

    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8), false);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        Recorder recorder = new Recorder(
                new Recorder.Surroundings(
                        Path.of("/proc"),
                        Path.of("/lib/modules"),
                        Path.of("/run/nltap"),
                        Clock.systemUTC(),
                        System::nanoTime,
                        versionText()),
                new Progress(err, Boolean.getBoolean(TERMINAL)),
                out,
                err,
                List.of(arguments));
        CommandLine commandLine = commandLine(
                (order, verbose) -> {
                    System.setProperty(LOG_LEVEL, verbose ? "info" : "error");
                    return recorder.record(order);
                },
                System.in,
                out,
                err);
        int status = commandLine.execute(arguments);
        out.flush();
        System.exit(status);
    }

    static CommandLine commandLine(
            RecordCommand.Recording recording, InputStream in, PrintWriter out, PrintWriter err) {
        return new CommandLine(new Nltap())
                .addSubcommand(new RecordCommand(recording))
                .addSubcommand(new DecodeCommand(in))
                .addSubcommand(new AnalyzeCommand())
                .setOut(out)
                .setErr(err)
                .setExpandAtFiles(false)
                .setParameterExceptionHandler(Nltap::explain);
    }

    private static int explain(ParameterException problem, String[] arguments) {
        PrintWriter err = problem.getCommandLine().getErr();
        err.println("nltap: " + problem.getMessage());
        err.printf(
                "Try '%s --help'.%n", problem.getCommandLine().getCommandSpec().qualifiedName());
        return ExitCode.WRONG_USAGE.number();
    }

    static String versionText() {
        return Optional.ofNullable(Nltap.class.getPackage().getImplementationVersion())
                .orElse("(not built)");
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"nltap " + versionText()};
        }
    }
}
