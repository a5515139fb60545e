// SPDX-License-Identifier: Apache-2.0
package io.nltap.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * How fast {@code nltap analyze} reads a capture, beside {@code tshark -T json} on the same file in the same round, both with
 * the time that they take to start. The file holds what real commands said, again and again. Arguments: the {@code nltap}
 * to run, the directory with captures of real commands, the number of rounds, the least number of messages, and {@code whole}
 * if it shall also read a file of 2 GiB, alone, and tell what memory that takes.
 */
public final class AnalyzeBench {
    private static final PrintStream OUT = System.out;
    private static final int FILE_HEADER = 24;
    private static final int RECORD_HEADER = 16;
    private static final long LARGE = 2L << 30;

    private AnalyzeBench() {}

    public static void main(String[] arguments) throws Exception {
        String nltap = arguments[0];
        int rounds = Integer.parseInt(arguments[2]);
        long least = Long.parseLong(arguments[3]);
        Path directory = Files.createTempDirectory("nltap-analyze");
        Path file = directory.resolve("many.pcap");
        try {
            List<byte[]> records = records(Path.of(arguments[1]));
            if (arguments[4].equals("whole")) {
                int size = records.stream().mapToInt(each -> each.length).sum();
                write(file, records, (int) (LARGE / size + 1));
                printLarge(nltap, file, directory);
            }
            write(file, records, 1);
            long once = messages(nltap, file, directory);
            write(file, records, (int) (least / once + 1));
            print(nltap, file, directory, rounds);
        } finally {
            try (Stream<Path> files = Files.list(directory)) {
                for (Path each : files.toList()) {
                    Files.delete(each);
                }
            }
            Files.delete(directory);
        }
    }

    private static void print(String nltap, Path file, Path directory, int rounds)
            throws IOException, InterruptedException {
        long messages = messages(nltap, file, directory);
        List<Double> ratios = new ArrayList<>();
        List<Double> ours = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            double tshark = seconds(file, "tshark", "-r", file.toString(), "-T", "json");
            double analyze = seconds(file, nltap, "analyze", "--json", file.toString());
            theirs.add(messages / tshark);
            ours.add(messages / analyze);
            ratios.add(tshark / analyze);
        }
        OUT.printf(
                Locale.ROOT,
                "%n### A file of %,d messages and %,d bytes%n%n| | messages/s | x tshark | least to most |%n|---|--:|--:|--:|%n",
                messages,
                Files.size(file));
        OUT.printf(Locale.ROOT, "| tshark -T json | %,.0f | 1 | |%n", Row.median(theirs));
        OUT.printf(
                Locale.ROOT,
                "| nltap analyze --json | %,.0f | %.0f | %.0f to %.0f |%n",
                Row.median(ours),
                Row.median(ratios),
                Row.smallest(ratios),
                Row.largest(ratios));
    }

    /** To be called before anything else has run: the peak is that of all children so far. */
    private static void printLarge(String nltap, Path file, Path directory) throws IOException, InterruptedException {
        readThrough(file);
        long start = System.nanoTime();
        long messages = messages(nltap, file, directory);
        double seconds = (System.nanoTime() - start) / 1e9;
        OUT.printf(
                Locale.ROOT,
                "%n### nltap analyze of a file of %,d bytes%n%n%,d messages in %.1f s, %,.0f messages/s; at most %,d MiB of memory%n",
                Files.size(file),
                messages,
                seconds,
                messages / seconds,
                LibC.endedChildrenPeakBytes() >> 20);
    }

    private static long messages(String nltap, Path file, Path directory) throws IOException, InterruptedException {
        Path summary = directory.resolve("summary.json");
        run(ProcessBuilder.Redirect.to(summary.toFile()), nltap, "analyze", "--json", file.toString());
        JsonNode totals = new ObjectMapper().readTree(Files.readString(summary)).get("totals");
        return totals.get("messages").asLong();
    }

    private static double seconds(Path file, String... command) throws IOException, InterruptedException {
        readThrough(file);
        long start = System.nanoTime();
        run(ProcessBuilder.Redirect.DISCARD, command); // tshark writes gigabytes
        return (System.nanoTime() - start) / 1e9;
    }

    /** So that no contender waits for a disk: minutes after it was read, a file may be in memory no more. */
    private static void readThrough(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
    }

    private static void run(ProcessBuilder.Redirect output, String... command)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectOutput(output)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (process.waitFor() != 0) {
            throw new IOException("%s failed".formatted(String.join(" ", command)));
        }
    }

    /** Packets of all captures in the directory, with their record headers; those in microseconds are left out. */
    private static List<byte[]> records(Path directory) throws IOException {
        List<byte[]> records = new ArrayList<>();
        List<Path> captures;
        try (Stream<Path> files = Files.list(directory)) {
            captures = files.filter(each -> each.toString().endsWith(".pcap"))
                    .sorted()
                    .toList();
        }
        for (Path capture : captures) {
            ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(capture)).order(ByteOrder.LITTLE_ENDIAN);
            if (file.getInt(0) != 0xA1B23C4D) {
                continue;
            }
            int at = FILE_HEADER;
            while (at + RECORD_HEADER <= file.limit()) {
                byte[] record = new byte[RECORD_HEADER + file.getInt(at + 8)];
                file.get(at, record);
                records.add(record);
                at += record.length;
            }
        }
        return records;
    }

    /** As if it all had happened so many times, a second apart. */
    private static void write(Path file, List<byte[]> records, int times) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            ByteBuffer header = ByteBuffer.allocate(FILE_HEADER).order(ByteOrder.LITTLE_ENDIAN);
            header.putInt(0xA1B23C4D)
                    .putInt(0x0004_0002)
                    .putLong(0)
                    .putInt(262_144)
                    .putInt(253);
            out.write(header.array());
            long second = 1_750_000_000L;
            for (int time = 0; time < times; time++) {
                ByteBuffer all = ByteBuffer.allocate(
                                records.stream().mapToInt(each -> each.length).sum())
                        .order(ByteOrder.LITTLE_ENDIAN);
                int nanos = 0;
                for (byte[] record : records) {
                    all.putInt((int) second).putInt(nanos).put(record, 8, record.length - 8);
                    nanos += 10_000;
                }
                out.write(all.array());
                second++;
            }
        }
    }
}
