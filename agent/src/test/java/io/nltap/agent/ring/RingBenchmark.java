// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.ring;

import io.nltap.agent.frame.Frame;
import io.nltap.agent.frame.SourceLostException;
import io.nltap.agent.linux.Poller;
import io.nltap.agent.linux.TestLink;
import io.nltap.agent.linux.TestNamespace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many messages the ring takes in and what that costs, beside {@code tcpdump -w} on the same device at the same time.
 * Both write what they see to files in memory. Run by {@code src/test/uml/benchmark}; arguments: messages, bytes of each.
 */
public final class RingBenchmark {

    private static final int BUFFER_MEBIBYTES = 8;
    private static final int ROUNDS = 5;
    private static final PrintStream OUT = System.out;

    private final int messages;
    private final int size;

    private RingBenchmark(int messages, int size) {
        this.messages = messages;
        this.size = size;
    }

    public static void main(String[] arguments) throws Exception {
        RingBenchmark benchmark = new RingBenchmark(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
        OUT.printf(
                "%d messages of %d bytes as fast as one sender can, buffers of %d MiB, %d rounds each%n",
                benchmark.messages, benchmark.size, BUFFER_MEBIBYTES, ROUNDS);
        OUT.println("| with | messages/s | ring: s/M | ring: dropped | tcpdump: s/M | tcpdump: dropped |");
        OUT.println("|---|---|---|---|---|---|");
        try (TestNamespace space = TestNamespace.open();
                TestLink link = TestLink.open(space)) {
            for (boolean[] with : new boolean[][] {{false, false}, {true, false}, {false, true}, {true, true}}) {
                for (int round = 0; round < ROUNDS; round++) {
                    benchmark.run(space, link, with[0], with[1]);
                }
            }
        }
    }

    private void run(TestNamespace space, TestLink link, boolean withRing, boolean withTcpdump) throws Exception {
        RingReader ring = withRing ? RingReader.start(link) : null;
        Tcpdump tcpdump = withTcpdump ? Tcpdump.start(space) : null;

        long start = System.nanoTime();
        link.sender().repeat(size, messages);
        double seconds = (System.nanoTime() - start) / 1e9;

        String ringResult = ring == null ? "| | " : ring.finish(messages);
        String tcpdumpResult = tcpdump == null ? "| | " : tcpdump.finish(messages);
        OUT.printf(
                Locale.ROOT,
                "| %s | %.0f %s %s|%n",
                (withRing ? "ring " : "") + (withTcpdump ? "tcpdump" : "") + (withRing || withTcpdump ? "" : "nothing"),
                messages / seconds,
                ringResult,
                tcpdumpResult);
    }

    /** Drains a ring into a file until told to stop, as a session does. */
    private static final class RingReader implements Runnable {

        private static final int RECORD_HEADER = 16;

        private final PacketRing ring;
        private final Poller poller;
        private final Path path = Files.createTempFile("ring", ".raw");
        private final FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE);
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
        private final Thread thread = new Thread(this, "ring-reader");
        private volatile boolean stop;
        private long frames;
        private long cpuNanos;

        private RingReader(PacketRing ring, Poller poller) throws IOException {
            this.ring = ring;
            this.poller = poller;
            poller.add(ring.fd());
        }

        static RingReader start(TestLink link) throws Exception {
            long bytes = (long) BUFFER_MEBIBYTES << 20;
            RingMemory memory = new RingBudget(bytes).reserve(bytes);
            PacketRing ring = link.namespace().visit(() -> PacketRing.open(TestLink.DEVICE, link.index(), memory));
            RingReader reader = new RingReader(ring, Poller.open());
            reader.thread.start();
            return reader;
        }

        @Override
        public void run() {
            try {
                while (!stop) {
                    poller.await(Duration.ofSeconds(1));
                    frames += ring.drain(this::write);
                }
                frames += ring.drainLast(this::write);
                flush();
                cpuNanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (SourceLostException e) {
                throw new IllegalStateException(e);
            }
        }

        private void write(Frame frame) {
            int length = frame.capturedLength();
            if (buffer.remaining() < RECORD_HEADER + length) {
                flush();
            }
            buffer.putLong(frame.timestampNanos()).putInt(length).putInt(frame.originalLength());
            buffer.put(buffer.position(), frame.buffer(), frame.offset(), length);
            buffer.position(buffer.position() + length);
        }

        private void flush() {
            try {
                buffer.flip();
                file.write(buffer);
                buffer.clear();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        String finish(int messages) throws Exception {
            stop = true;
            poller.wake();
            thread.join();
            long dropped = ring.dropped();
            if (frames + dropped != messages) {
                throw new IllegalStateException(frames + " seen and " + dropped + " dropped of " + messages);
            }
            ring.close();
            poller.close();
            file.close();
            Files.delete(path);
            return String.format(Locale.ROOT, "| %.2f | %d", cpuNanos / 1e3 / messages, dropped);
        }
    }

    /** {@code tcpdump -w} with the same buffer. */
    private static final class Tcpdump {

        private static final Pattern DROPPED = Pattern.compile("(\\d+) packets dropped by kernel");
        /** USER_HZ. */
        private static final double TICKS_PER_SECOND = 100;

        private final Process process;
        private final BufferedReader messages;
        private final Path file;

        private Tcpdump(Process process, Path file) {
            this.process = process;
            this.messages = process.inputReader();
            this.file = file;
        }

        static Tcpdump start(TestNamespace space) throws IOException {
            Path file = Files.createTempFile("tcpdump", ".pcap");
            List<String> command = List.of(
                    "nsenter",
                    "--net",
                    "--target",
                    Integer.toString(space.pid()),
                    "--",
                    "tcpdump",
                    "-i",
                    TestLink.DEVICE,
                    "-B",
                    Integer.toString(BUFFER_MEBIBYTES * 1024),
                    "-Z",
                    "root",
                    "-w",
                    file.toString());
            Tcpdump tcpdump = new Tcpdump(
                    new ProcessBuilder(command).redirectErrorStream(true).start(), file);
            String line = tcpdump.messages.readLine();
            while (line != null && !line.contains("listening on")) {
                line = tcpdump.messages.readLine();
            }
            return tcpdump;
        }

        String finish(int sent) throws Exception {
            // Give it the time to see the last block, then count what it used.
            Thread.sleep(Duration.ofSeconds(2).toMillis());
            String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            double cpuSeconds = (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
            // By its handle, which leaves the streams open for the summary.
            process.toHandle().destroy();
            String dropped = "?";
            for (String line = messages.readLine(); line != null; line = messages.readLine()) {
                Matcher matcher = DROPPED.matcher(line);
                dropped = matcher.find() ? matcher.group(1) : dropped;
            }
            process.waitFor(10, TimeUnit.SECONDS);
            Files.delete(file);
            return String.format(Locale.ROOT, "| %.2f | %s ", cpuSeconds * 1e6 / sent, dropped);
        }
    }
}
