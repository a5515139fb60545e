// SPDX-License-Identifier: Apache-2.0
package io.nltap.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Rounds of several contenders under one load, as a Markdown table: medians, and ratios to one of them. */
final class Table {

    private final String title;
    private final String yardstick;
    private final List<Map<String, Row>> rounds = new ArrayList<>();

    /** @param yardstick the contender that the others are compared with, round by round */
    Table(String title, String yardstick) {
        this.title = title;
        this.yardstick = yardstick;
    }

    void beginRound() {
        rounds.add(new LinkedHashMap<>());
    }

    void add(Row row) {
        rounds.get(rounds.size() - 1).put(row.contender(), row);
    }

    void print(PrintStream out) {
        out.printf("%n### %s%n%n", title);
        out.printf("| | frames/s | CPU s per million | least to most | x %s | dropped of all |%n", yardstick);
        out.println("|---|--:|--:|--:|--:|--:|");
        for (String contender : rounds.get(0).keySet()) {
            List<Row> rows = rounds.stream().map(round -> row(round, contender)).toList();
            List<Double> cost = rows.stream().map(Row::secondsPerMillion).toList();
            List<Double> ratios = rounds.stream()
                    .map(round -> row(round, contender).secondsPerMillion()
                            / row(round, yardstick).secondsPerMillion())
                    .toList();
            long dropped = rows.stream().mapToLong(Row::dropped).sum();
            long all = dropped + rows.stream().mapToLong(Row::received).sum();
            out.printf(
                    Locale.ROOT,
                    "| %s | %,.0f | %.2f | %.2f to %.2f | %.2f | %s |%n",
                    contender,
                    Row.median(rows.stream().map(Row::framesPerSecond).toList()),
                    Row.median(cost),
                    Row.smallest(cost),
                    Row.largest(cost),
                    Row.median(ratios),
                    dropped == 0 ? "0" : String.format(Locale.ROOT, "%,d (%.1f %%)", dropped, 100.0 * dropped / all));
        }
        out.flush();
    }

    private static Row row(Map<String, Row> round, String contender) {
        return Objects.requireNonNull(round.get(contender), contender);
    }
}
