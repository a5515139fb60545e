// SPDX-License-Identifier: Apache-2.0
package io.nltap.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the captured process itself pays, in its own processor time, for each exchange of a request and a reply. */
final class VictimCost {

    private static final Duration AT_MOST = Duration.ofSeconds(20);

    private final NetlinkExchange exchange;
    private final int rounds;
    private final long frames;

    VictimCost(NetlinkExchange exchange, int rounds, long frames) {
        this.exchange = exchange;
        this.rounds = rounds;
        this.frames = frames;
    }

    void print(PrintStream out, List<Contender> contenders) throws IOException, InterruptedException {
        List<Double> without = new ArrayList<>();
        List<List<Double>> with = contenders.stream()
                .map(contender -> (List<Double>) new ArrayList<Double>())
                .toList();
        for (int round = 0; round < rounds; round++) {
            without.add(micros());
            for (int i = 0; i < contenders.size(); i++) {
                try (RunningContender running = RunningContender.start(contenders.get(i))) {
                    with.get(i).add(micros());
                    running.end();
                }
            }
        }
        out.printf("%n### What the captured process pays%n%n");
        out.printf("| | µs of its processor time per exchange | more than without |%n|---|--:|--:|%n");
        row(out, "no tap", without, without);
        for (int i = 0; i < contenders.size(); i++) {
            row(out, contenders.get(i).name(), with.get(i), without);
        }
        out.flush();
    }

    private double micros() throws IOException {
        exchange.run(frames / 5, AT_MOST);
        long before = LibC.threadNanos();
        long done = exchange.run(frames, AT_MOST);
        return (LibC.threadNanos() - before) / 1e3 * exchange.framesPerStep() / done;
    }

    private static void row(PrintStream out, String name, List<Double> values, List<Double> without) {
        double micros = Row.median(values);
        out.printf(Locale.ROOT, "| %s | %.2f | %+.2f |%n", name, micros, micros - Row.median(without));
    }
}
