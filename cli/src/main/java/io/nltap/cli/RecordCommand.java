// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code nltap record}: turns the command line into a {@link RecordOrder}. */
@Command(
        name = "record",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        abbreviateSynopsis = false,
        header = "Records what processes and the kernel say to each other by netlink.",
        description = {
            "",
            "Listens in the network namespaces of the processes named, as root, and writes what they say and what they"
                    + " are told into DIR/capture.pcapng, each message with the process it belongs to. Ends at a"
                    + " limit, or with Ctrl-C.",
            ""
        },
        optionListHeading = "Options:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:recorded, and nothing was lost",
            "1:could not record, or not to the end",
            "2:the command line makes no sense",
            "3:recorded, but messages were lost; record.json counts them"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  nltap record --pid $$$$ --out /tmp/shell        what this shell's commands say",
            "  nltap record --netns blue --duration 10s --out /tmp/blue",
            "  nltap record --host --filter 'link[14:2] = 0' --out /tmp/route"
        })
final class RecordCommand implements Callable<Integer> {

    /** Does what was ordered, and gives back the exit code. */
    @FunctionalInterface
    interface Recording {
        ExitCode record(RecordOrder order, boolean verbose);
    }

    static final String WHAT_TO_RECORD =
            "Say what to record: --pid N (a process and its children; --pid $$ is this shell), --container ID,"
                    + " --netns PATH or --host (whoever speaks in that network namespace).";

    private static final Pattern CONTAINER_ID = Pattern.compile("[0-9a-f]{12,64}");
    private static final long LEAST_BYTES = 64 * 1024;
    private static final Path NAMED_SPACES = Path.of("/run/netns");

    private final Recording recording;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--pid",
            paramLabel = "N",
            description = "This process, and the children it has or gets. May be given several times.")
    private List<Integer> pids = new ArrayList<>();

    @Option(
            names = "--container",
            paramLabel = "ID",
            description = "The processes of this container: its id, or 12 or more of its first digits. May be given"
                    + " several times.")
    private List<String> containers = new ArrayList<>();

    @ArgGroup
    private @Nullable Where where;

    static final class Where {
        @Option(
                names = "--netns",
                paramLabel = "PATH",
                description = "Listen in this network namespace: a file such as /proc/7/ns/net, or a name of"
                        + " 'ip netns'. Alone: whoever speaks there; with --pid or --container: only they.")
        private @Nullable String netns;

        @Option(names = "--host", description = "Likewise, in the network namespace of the machine itself.")
        private boolean host;
    }

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            converter = TimeSpanConverter.class,
            description = "End after this time, such as 10s or 1m30s. Otherwise it ends with Ctrl-C.")
    private @Nullable TimeSpan duration;

    @Option(
            names = "--bytes",
            paramLabel = "SIZE",
            defaultValue = "1Gi",
            converter = ByteCountConverter.class,
            description = "End before the file gets larger than this, such as 64Mi. 1Gi unless told.")
    private ByteCount bytes = new ByteCount(1 << 30);

    @Option(
            names = "--filter",
            paramLabel = "EXPR",
            description = "Only datagrams that this expression of pcap-filter(7) accepts; link[14:2] is the netlink"
                    + " protocol, link[20:2] the type of the first message.")
    private @Nullable String filter;

    @Option(
            names = "--no-tagger",
            description = "Do without the BPF program that tells who sent each datagram: it is looked up, less surely.")
    private boolean noTagger;

    @Option(
            names = "--watch",
            description = "Print to standard output what hangs, since when, why, and who holds it up, as it is found.")
    private boolean watch;

    @Option(
            names = "--no-analysis",
            description = "Only record, which takes less processor time: no evidence.ndjson, changes.ndjson,"
                    + " summary.json and report.html.")
    private boolean noAnalysis;

    @Option(
            names = "--redaction",
            paramLabel = "keys|none",
            defaultValue = "keys",
            description = "What to take out of the file: keys (of IPsec, WireGuard, MACsec, Wi-Fi and others), unless"
                    + " told; or none.")
    private Secrecy redaction = Secrecy.keys;

    enum Secrecy {
        keys,
        none
    }

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "Where capture.pcapng and record.json go: a new directory, or an empty one.")
    private Path out = Path.of("");

    @Option(
            names = {"-v", "--verbose"},
            description = "Tell what is being done, on standard error.")
    private boolean verbose;

    RecordCommand(Recording recording) {
        this.recording = recording;
    }

    @Override
    public Integer call() {
        return recording.record(order(), verbose).number();
    }

    private RecordOrder order() {
        pids.stream().filter(pid -> pid <= 0).findFirst().ifPresent(pid -> {
            throw wrong("--pid %d: a process id is 1 or greater.".formatted(pid));
        });
        containers.stream()
                .filter(id -> !CONTAINER_ID.matcher(id).matches())
                .findFirst()
                .ifPresent(id -> {
                    throw wrong(
                            "--container %s: give the container's id, 64 hexadecimal digits, or 12 or more of the first."
                                    .formatted(id));
                });
        if (bytes.bytes() < LEAST_BYTES) {
            throw wrong("--bytes %d is less than one message may take: ask for 64Ki or more.".formatted(bytes.bytes()));
        }
        if (watch && noAnalysis) {
            throw wrong("--watch tells what the analysis finds: leave out --no-analysis.");
        }
        Optional<RecordOrder.Space> space = space();
        RecordOrder order = new RecordOrder(
                pids,
                containers,
                space,
                Optional.ofNullable(duration).map(TimeSpan::duration),
                bytes.bytes(),
                Optional.ofNullable(filter).map(String::strip).filter(text -> !text.isEmpty()),
                !noTagger,
                redaction == Secrecy.keys,
                !noAnalysis,
                watch,
                out);
        if (order.wantsEverybody() && space.isEmpty()) {
            throw wrong(WHAT_TO_RECORD);
        }
        return order;
    }

    private Optional<RecordOrder.Space> space() {
        if (where == null) {
            return Optional.empty();
        }
        if (where.host) {
            return Optional.of(new RecordOrder.Space(Path.of("/proc/1/ns/net"), true));
        }
        String netns = Objects.requireNonNull(where.netns, "one of the group is given");
        Path path = netns.contains("/") ? Path.of(netns) : NAMED_SPACES.resolve(netns);
        return Optional.of(new RecordOrder.Space(path, false));
    }

    private ParameterException wrong(String message) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
    }

    private static final class ByteCountConverter implements ITypeConverter<ByteCount> {
        @Override
        public ByteCount convert(String value) {
            try {
                return ByteCount.parse(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }
}
