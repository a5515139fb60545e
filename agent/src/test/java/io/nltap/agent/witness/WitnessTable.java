// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.witness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The findings of all scenarios on one kernel, as a table that outlives the test. */
public final class WitnessTable {
    private static final String HEAD = """
            ## Linux %s

            | scenario | witnessed | in the file | Exact | Socket | Correlated | Unknown | wrong | missing | foreign | unexplained |
            |---|---|---|---|---|---|---|---|---|---|---|
            """;

    private final Path file;
    private final String kernel;
    private final Map<String, Findings> rows = new LinkedHashMap<>();

    /**
     * @param file is written anew with each row
     * @param kernel its release
     */
    public WitnessTable(Path file, String kernel) {
        this.file = file;
        this.kernel = kernel;
    }

    public void add(String scenario, Findings findings) throws IOException {
        rows.put(scenario, findings);
        StringBuilder text = new StringBuilder(HEAD.formatted(kernel));
        rows.forEach((name, row) -> text.append(line(name, row)));
        Files.writeString(file, text);
    }

    private static String line(String scenario, Findings row) {
        Map<String, Integer> by = row.byConfidence();
        return "| %s | %d | %d | %d | %d | %d | %d | %d | %d | %d | %d |%n"
                .formatted(
                        scenario,
                        row.witnessed(),
                        row.found(),
                        by.getOrDefault("Exact", 0),
                        by.getOrDefault("Socket", 0),
                        by.getOrDefault("Correlated", 0),
                        by.getOrDefault("Unknown", 0),
                        row.wrong().size(),
                        row.missing().size(),
                        row.foreign().size(),
                        row.unexplained().size());
    }
}
