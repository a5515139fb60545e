// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The table of docs/decode.md; {@code -Dupdate} writes it anew. */
class CoverageTest {
    private static final Path PAGE = Path.of("../docs/decode.md");
    private static final String BEGIN = "<!-- made by CoverageTest: begin -->\n";
    private static final String END = "<!-- made by CoverageTest: end -->";

    @Test
    void theDocumentedCoverageIsTheRealOne() throws Exception {
        String page = Files.readString(PAGE);
        int from = page.indexOf(BEGIN) + BEGIN.length();
        String before = page.substring(0, from);
        String after = page.substring(page.indexOf(END));
        if (System.getProperty("update") != null) {
            Files.writeString(PAGE, before + table() + after);
        }

        assertThat(Files.readString(PAGE)).isEqualTo(before + table() + after);
    }

    private static String table() throws Exception {
        Map<String, String> files = TableFiles.builtIn();
        List<String> rows = new ArrayList<>();
        rows.add("| | messages | attributes | fields | nltap | tshark 4.0 | strace 6.1 | pyroute2 0.7 |");
        rows.add("|---|--:|--:|--:|---|---|---|---|");
        for (String line : Files.readAllLines(Path.of("src/test/resources/io/nltap/netlink/decode/coverage.txt"))) {
            if (line.startsWith("#") || line.isBlank()) {
                continue;
            }
            String[] row = line.split("\\|");
            Counts counts = new Counts();
            for (String file : row[1].split(" ")) {
                counts.add(files.get(file + ".netlink"));
            }
            rows.add("| %s | %d | %d | %d | %s | %s | %s | %s |"
                    .formatted(
                            row[0],
                            counts.messages,
                            counts.attributes,
                            counts.fields,
                            counts.grade(),
                            row[2],
                            row[3],
                            row[4]));
        }
        return String.join("\n", rows) + "\n";
    }

    /** What is in a table file. */
    private static final class Counts {
        private int messages;
        private int attributes;
        private int fields;
        private int bytes;

        /** Essentially all: but one in ten at most. */
        private String grade() {
            int all = attributes + fields;
            return bytes * 10 <= all ? "F" : "P: %d of %d are bytes".formatted(bytes, all);
        }

        private void add(String file) {
            String table = "";
            for (String line : file.split("\n")) {
                String[] words = line.strip().split("\\s+");
                boolean isRow = line.startsWith(" ");
                if (!isRow) {
                    table = words[0];
                    messages += table.equals("message") ? words.length - 1 : 0;
                } else if (table.equals("family")) {
                    messages++;
                } else if (table.equals("nest") && !words[words.length - 1].equals("pad") && !words[0].equals("use")) {
                    attributes++;
                    bytes += words[2].equals("bytes") ? 1 : 0;
                } else if (table.equals("struct") && !words[0].equals("pad")) {
                    fields++;
                    bytes += words[1].equals("bytes") ? 1 : 0;
                }
            }
        }
    }
}
