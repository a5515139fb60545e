// SPDX-License-Identifier: Apache-2.0
package io.nltap.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the thread that reads frames takes from the heap for each of them: a JVM tells it of each of its threads. */
final class Garbage {

    private static final Pattern ALLOCATED =
            Pattern.compile("\"capture-record\".*? allocated=([0-9.]+)([BKMG]?)", Pattern.DOTALL);
    private static final Map<String, Long> UNITS = Map.of("", 1L, "B", 1L, "K", 1L << 10, "M", 1L << 20, "G", 1L << 30);

    private Garbage() {}

    static void print(PrintStream out, Contender nltap, Load load, int frames)
            throws IOException, InterruptedException {
        try (RunningContender running = RunningContender.start(nltap)) {
            load.run(frames / 3);
            running.settledNanos();
            double before = allocated(running.pid());
            load.run(frames);
            running.settledNanos();
            double bytes = allocated(running.pid()) - before;
            running.end();
            out.printf(
                    Locale.ROOT,
                    "%n%s: the thread that reads frames took %,.0f bytes from the heap for %,d frames, %.3f each%n",
                    nltap.name(),
                    bytes,
                    frames,
                    bytes / frames);
        }
    }

    private static double allocated(long pid) throws IOException, InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process process = new ProcessBuilder(jcmd, Long.toString(pid), "Thread.print", "-e").start();
        String dump = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        Matcher matcher = ALLOCATED.matcher(dump);
        if (!matcher.find()) {
            throw new IOException("no thread capture-record with its allocations in:%n%s".formatted(dump));
        }
        Long unit = UNITS.get(matcher.group(2));
        return Double.parseDouble(matcher.group(1)) * (unit == null ? 1 : unit);
    }
}
