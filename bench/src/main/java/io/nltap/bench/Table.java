// SPDX-License-Identifier: Apache-2.0
package io.nltap.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

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
        out.printf(
                "| | frames/s | CPU s per million, warm | least to most | x %s | CPU s, start to end | x %s | dropped of all |%n",
                yardstick, yardstick);
        out.println("|---|--:|--:|--:|--:|--:|--:|--:|");
        for (String contender : rounds.get(0).keySet()) {
            List<Map<String, Row>> good = rounds.stream()
                    .filter(round -> !row(round, contender).isFailed()
                            && !row(round, yardstick).isFailed())
                    .toList();
            if (good.isEmpty()) {
                out.printf("| %s | failed | | | | | | |%n", contender);
            } else {
                out.println(line(contender, good));
            }
        }
        out.flush();
    }

    private String line(String contender, List<Map<String, Row>> good) {
        List<Row> rows = good.stream().map(round -> row(round, contender)).toList();
        List<Double> cost = rows.stream().map(Row::secondsPerMillion).toList();
        long dropped = rows.stream().mapToLong(Row::dropped).sum();
        long all = dropped + rows.stream().mapToLong(Row::received).sum();
        return String.format(
                Locale.ROOT,
                "| %s | %,.0f | %.2f | %.2f to %.2f | %.2f | %.2f | %.2f | %s |",
                contender,
                median(rows, Row::framesPerSecond),
                Row.median(cost),
                Row.smallest(cost),
                Row.largest(cost),
                ratio(good, contender, Row::secondsPerMillion),
                median(rows, Row::wholeSeconds),
                ratio(good, contender, row -> row.wholeSeconds() / row.wholeFrames()),
                dropped == 0 ? "0" : String.format(Locale.ROOT, "%,d (%.1f %%)", dropped, 100.0 * dropped / all));
    }

    private static double median(List<Row> rows, ToDoubleFunction<Row> value) {
        return Row.median(rows.stream().map(value::applyAsDouble).toList());
    }

    private double ratio(List<Map<String, Row>> good, String contender, ToDoubleFunction<Row> value) {
        return Row.median(good.stream()
                .map(round -> value.applyAsDouble(row(round, contender)) / value.applyAsDouble(row(round, yardstick)))
                .toList());
    }

    private static Row row(Map<String, Row> round, String contender) {
        return Objects.requireNonNull(round.get(contender), contender);
    }
}
