// SPDX-License-Identifier: Apache-2.0
package io.nltap.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Runs the contenders in turn, round after round, each alone on one device of one network namespace, and prints tables.
 * To be run in a network namespace of its own, as root; {@code ./dev bench} does that. Arguments: {@code nlmon} or
 * {@code veth}, the {@code nltap} to run, the number of rounds, the number of frames in a round at full load.
 *
 * <p>A contender first sees some load that does not count, so that it is warm; then the same load is measured, by the
 * processor time of its whole process. What is compared is the ratio within a round, as other work of the machine
 * disturbs neighbours in time alike.
 */
public final class Bench {

    private static final PrintStream OUT = System.out;
    private static final String DEVICE = "bench0";
    private static final String YARDSTICK = "tcpdump -w";

    private final String nltap;
    private final int rounds;
    private final int frames;
    private final List<String> java = List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-Xmx128m",
            "-cp",
            System.getProperty("java.class.path"));

    private Bench(String nltap, int rounds, int frames) {
        this.nltap = nltap;
        this.rounds = rounds;
        this.frames = frames;
    }

    public static void main(String[] arguments) throws Exception {
        Bench bench = new Bench(arguments[1], Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
        if (arguments[0].equals("veth")) {
            bench.onVeth();
        } else {
            bench.onNlmon();
        }
    }

    private void onNlmon() throws IOException, InterruptedException {
        run("ip", "link", "set", "lo", "up");
        List<String> c1 = Contender.join(java.subList(0, 1), List.of("-XX:TieredStopAtLevel=1"));
        c1 = Contender.join(c1, java.subList(1, java.size()));
        List<Contender> all = List.of(
                Contender.tcpdump(DEVICE),
                nltap("nltap record", List.of()),
                nltap("nltap record, no tagger", List.of("--no-tagger")),
                Contender.java("our ring and file alone", c1, RingAlone.class, DEVICE),
                Contender.java("pcap4j loop(-1, dumper)", c1, Pcap4jDump.class, DEVICE),
                Contender.dumpcap(DEVICE));
        Table full = new Table("Requests and replies, as fast as one process can", YARDSTICK);
        Table even = new Table("Requests and replies, 8,000 messages a second", YARDSTICK);
        Table burst = new Table("100,000 messages in one go", YARDSTICK);
        try (NetlinkExchange exchange = NetlinkExchange.open();
                NetlinkBurst noop = NetlinkBurst.open()) {
            measure(all, full, new Pace(exchange, frames / 5, frames, 0));
            measure(all, even, new Pace(exchange, frames / 15, frames / 5, 8_000));
            measure(all, burst, new Pace(noop, 0, 100_000, 0));
            Garbage.print(OUT, nltap("nltap record", List.of()), exchange, frames / 3);
            new VictimCost(exchange, rounds, frames / 6)
                    .print(
                            OUT,
                            List.of(
                                    nltap("nltap record, no tagger", List.of("--no-tagger")),
                                    nltap("nltap record", List.of())));
        }
    }

    private void onVeth() throws IOException, InterruptedException {
        run("ip", "link", "add", DEVICE, "type", "veth", "peer", "name", "bench1");
        run("ip", "link", "set", DEVICE, "up");
        run("ip", "link", "set", "bench1", "up");
        List<Contender> all = List.of(
                Contender.tcpdump(DEVICE),
                Contender.java("our ring and file alone", java, RingAlone.class, DEVICE),
                Contender.java("pcap4j loop(-1, dumper)", java, Pcap4jDump.class, DEVICE),
                Contender.dumpcap(DEVICE));
        Table table = new Table("Ethernet frames of 142 bytes over a veth pair, as fast as one process can", YARDSTICK);
        try (PacketBatch batch = PacketBatch.open("bench1")) {
            measure(all, table, new Pace(batch, frames, 4L * frames, 0));
        }
    }

    /**
     * @param warmUp frames before the measurement
     * @param perSecond 0 for as many as can be
     */
    private record Pace(Load load, long warmUp, long frames, long perSecond) {
        void run(long count) throws IOException {
            if (perSecond == 0) {
                load.run(count);
            } else {
                load.run(count, perSecond);
            }
        }
    }

    private void measure(List<Contender> contenders, Table table, Pace pace) throws IOException, InterruptedException {
        for (int round = 0; round < rounds; round++) {
            table.beginRound();
            for (Contender contender : contenders) {
                table.add(measure(contender, pace));
            }
        }
        table.print(OUT);
    }

    private Row measure(Contender contender, Pace pace) throws IOException, InterruptedException {
        try (Device device = Device.of(contender.ownDevice() || pace.load() instanceof PacketBatch);
                RunningContender running = RunningContender.start(contender)) {
            pace.run(pace.warmUp());
            long before = running.settledNanos();
            long start = System.nanoTime();
            pace.run(pace.frames());
            double seconds = (System.nanoTime() - start) / 1e9;
            double cost = (running.settledNanos() - before) / 1e3 / pace.frames();
            Outcome outcome = running.end();
            return new Row(contender.name(), pace.frames() / seconds, cost, outcome.received(), outcome.dropped());
        }
    }

    private Contender nltap(String name, List<String> options) {
        return new Contender(
                name,
                true,
                directory -> Contender.join(
                        List.of(nltap, "record", "--netns", "/proc/self/ns/net", "--out", directory.toString()),
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

    /** The nlmon device for those who do not make their own. */
    private record Device(boolean none) implements AutoCloseable {
        static Device of(boolean none) throws IOException, InterruptedException {
            if (!none) {
                run("ip", "link", "add", DEVICE, "type", "nlmon");
                run("ip", "link", "set", DEVICE, "up");
            }
            return new Device(none);
        }

        @Override
        public void close() throws IOException {
            if (!none) {
                try {
                    run("ip", "link", "del", DEVICE);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        if (process.waitFor() != 0) {
            throw new IOException("%s failed".formatted(String.join(" ", command)));
        }
    }
}
