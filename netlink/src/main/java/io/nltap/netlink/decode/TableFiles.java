// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The table files beside this class on the class path: they are a part of the program, as its constants are. The only
 * class of this library that reads anything.
 */
final class TableFiles {
    /** Names of the others, a line each: what is on a class path cannot be listed. */
    static final String INDEX = "tables.index";

    private TableFiles() {}

    static Map<String, String> builtIn() {
        Map<String, String> files = new LinkedHashMap<>();
        text(INDEX)
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .forEach(name -> files.put(name, text(name)));
        return files;
    }

    private static String text(String name) {
        try (InputStream in = TableFiles.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the table file %s is missing from the class path".formatted(name));
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the table file %s cannot be read".formatted(name), e);
        }
    }
}
