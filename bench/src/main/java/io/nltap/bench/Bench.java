// SPDX-License-Identifier: Apache-2.0
package io.nltap.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Runs the contenders in turn, round after round, each alone on one device of one network namespace, and prints tables.
 * To be run in a network namespace of its own, as root; {@code ./dev bench} does that. Arguments: {@code nlmon} or
 * {@code veth}, the directory of the {@code nltap} to run, {@code quick} or {@code whole}. With {@code once}, that directory,
 * a contender's name, a number of frames and how many a second (0: as fast as can be), one contender runs
 * under one load, once, and nothing is measured: for {@code bench/from-outside}, which does that from outside.
 *
 * <p>What is compared is the ratio within a round, as other work of the machine disturbs neighbours in time alike.
 */
public final class Bench {

    private static final PrintStream OUT = System.out;
    private static final String DEVICE = "bench0";
    private static final String YARDSTICK = "tcpdump -w";
    private static final long EVENLY = 8_000;
    private static final long BURST = 100_000;

    /**
     * How much of everything.
     *
     * @param frames of the measured load, as fast as can be
     * @param even of the measured load at {@link #EVENLY} a second
     * @param all whether those who are only for comparison take part
     */
    private record Extent(int rounds, long frames, long even, boolean all) {
        static final Extent QUICK = new Extent(3, 300_000, 10 * EVENLY, false);
        static final Extent WHOLE = new Extent(5, 600_000, 25 * EVENLY, true);
    }

    private final Path nltap;
    private final Extent extent;
    private final List<String> java = List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-Xmx128m",
            "-cp",
            System.getProperty("java.class.path"));

    private Bench(Path nltap, Extent extent) {
        this.nltap = nltap;
        this.extent = extent;
    }

    public static void main(String[] arguments) throws Exception {
        Bench bench = new Bench(Path.of(arguments[1]), arguments[2].equals("quick") ? Extent.QUICK : Extent.WHOLE);
        if (arguments[0].equals("once")) {
            bench.once(arguments[2], Long.parseLong(arguments[3]), Long.parseLong(arguments[4]));
        } else if (arguments[0].equals("veth")) {
            bench.onVeth();
        } else {
            bench.onNlmon();
        }
    }

    /** On nlmon; those that matter most come first. */
    private List<Contender> contenders() {
        List<String> c1 = Contender.join(java.subList(0, 1), List.of("-XX:TieredStopAtLevel=1"));
        c1 = Contender.join(c1, java.subList(1, java.size()));
        return List.of(
                Contender.tcpdump(DEVICE),
                nltap("nltap record", List.of()),
                nltap("nltap record, no analysis", List.of("--no-analysis")),
                Contender.java("our ring and file alone", c1, RingAlone.class, DEVICE),
                nltap("nltap record, no tagger", List.of("--no-tagger")),
                Contender.java("pcap4j loop(-1, dumper)", c1, Pcap4jDump.class, DEVICE),
                Contender.dumpcap(DEVICE));
    }

    private void once(String name, long frames, long perSecond) throws IOException, InterruptedException {
        Trial.run("ip", "link", "set", "lo", "up");
        try (NetlinkExchange exchange = NetlinkExchange.open()) {
            Pace pace = new Pace(exchange, 0, frames, perSecond);
            Contender contender = contenders().stream()
                    .filter(each -> each.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("there is no contender " + name));
            Row row = new Trial(contender, pace, contender.ownDevice() ? "" : DEVICE).row();
            OUT.printf("%d sent, %d seen, %d dropped%n", row.wholeFrames(), row.received(), row.dropped());
        }
    }

    private void onNlmon() throws IOException, InterruptedException {
        Trial.run("ip", "link", "set", "lo", "up");
        List<Contender> all = contenders();
        List<Contender> few = all.subList(0, 3);
        List<Contender> more = all.subList(0, 4);
        Contender record = all.get(1);
        Contender untagged = all.get(4);
        try (NetlinkExchange exchange = NetlinkExchange.open();
                NetlinkBurst noop = NetlinkBurst.open()) {
            measure(
                    "Requests and replies, as fast as one process can",
                    extent.all() ? all : more,
                    Pace.fast(exchange, extent.frames() / 3, extent.frames()));
            measure(
                    "Requests and replies, 8,000 messages a second",
                    extent.all() ? all : few,
                    Pace.even(exchange, extent.even() / 3, extent.even(), EVENLY));
            measure("100,000 messages in one go", extent.all() ? all : few, Pace.fast(noop, 0, BURST));
            Garbage.print(OUT, watched(), exchange, extent.frames() / 3);
            new VictimCost(exchange, extent.rounds(), extent.frames() / 6).print(OUT, List.of(untagged, record));
        }
    }

    private void onVeth() throws IOException, InterruptedException {
        Trial.run("ip", "link", "add", DEVICE, "type", "veth", "peer", "name", "bench1");
        Trial.run("ip", "link", "set", DEVICE, "up");
        Trial.run("ip", "link", "set", "bench1", "up");
        Contender tcpdump = Contender.tcpdump(DEVICE);
        Contender ring = Contender.java("our ring and file alone", java, RingAlone.class, DEVICE);
        List<Contender> all = List.of(
                tcpdump,
                ring,
                Contender.java("pcap4j loop(-1, dumper)", java, Pcap4jDump.class, DEVICE),
                Contender.dumpcap(DEVICE));
        try (PacketBatch batch = PacketBatch.open("bench1")) {
            measure(
                    "Ethernet frames of 142 bytes over a veth pair, as fast as one process can",
                    extent.all() ? all : List.of(tcpdump, ring),
                    Pace.fast(batch, 3 * extent.frames(), 6 * extent.frames()));
        }
    }

    private void measure(String title, List<Contender> contenders, Pace pace) throws IOException, InterruptedException {
        Table table = new Table(title, YARDSTICK);
        for (int round = 0; round < extent.rounds(); round++) {
            table.beginRound();
            for (Contender contender : contenders) {
                boolean makesDevice = !contender.ownDevice() && !(pace.load() instanceof PacketBatch);
                Row row = new Trial(contender, pace, makesDevice ? DEVICE : "").row();
                table.add(row);
                System.err.printf(
                        "round %d of %d, %s: %.2f s per million, %.2f s in all, %d dropped%n",
                        round + 1,
                        extent.rounds(),
                        contender.name(),
                        row.secondsPerMillion(),
                        row.wholeSeconds(),
                        row.dropped());
            }
        }
        table.print(OUT);
    }

    private Contender nltap(String name, List<String> options) {
        return recording(name, List.of(nltap.resolve("bin").resolve("nltap").toString()), options);
    }

    /** The same program with somebody in its process who can tell what its threads take from the heap. */
    private Contender watched() {
        String classPath = nltap.resolve("lib") + "/*:" + System.getProperty("java.class.path");
        List<String> command =
                Contender.join(java.subList(0, java.size() - 1), List.of(classPath, WatchedRecorder.class.getName()));
        return recording("nltap record", command, List.of());
    }

    private static Contender recording(String name, List<String> command, List<String> options) {
        return new Contender(
                name,
                true,
                directory -> Contender.join(
                        Contender.join(
                                command,
                                List.of("record", "--netns", "/proc/self/ns/net", "--out", directory.toString())),
                        options),
                Pattern.compile("(?m)^recording"),
                (printed, directory) -> {
                    Path file = directory.resolve("record.json");
                    if (!Files.exists(file)) {
                        throw new IOException("no record.json; it printed:%n%s".formatted(printed));
                    }
                    JsonNode counters =
                            new ObjectMapper().readTree(Files.readString(file)).get("counters");
                    return new Outcome(
                            counters.get("received").asLong(),
                            counters.get("ringDropped").asLong());
                });
    }

    /**
     * A load and how it is brought about. None takes much longer than it should, whatever happens.
     *
     * @param warmUp frames before the measurement
     * @param perSecond 0 for as many as can be
     */
    record Pace(Load load, long warmUp, long frames, long perSecond) {

        private static final Duration AT_MOST = Duration.ofSeconds(40);

        static Pace fast(Load load, long warmUp, long frames) {
            return new Pace(load, warmUp, frames, 0);
        }

        static Pace even(Load load, long warmUp, long frames, long perSecond) {
            return new Pace(load, warmUp, frames, perSecond);
        }

        /** @return how many frames there were: so many, unless it took too long */
        long run(long count) throws IOException {
            return perSecond == 0
                    ? load.run(count, AT_MOST)
                    : load.run(count, perSecond, AT_MOST.plusSeconds(count / perSecond));
        }
    }
}
