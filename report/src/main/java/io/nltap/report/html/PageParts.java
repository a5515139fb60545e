// SPDX-License-Identifier: Apache-2.0
package io.nltap.report.html;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What every page carries with it: its style and its script, uPlot with its licence in both. */
final class PageParts {
    private PageParts() {}

    static String style() {
        return resource("uplot/uPlot.min.css") + "\n" + resource("report.css");
    }

    static String script() {
        return "/*\n" + resource("uplot/LICENSE") + "\n*/\n" + resource("uplot/uPlot.iife.min.js") + "\n"
                + resource("report.js");
    }

    private static String resource(String name) {
        try (InputStream in = PageParts.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the jar has no %s beside %s".formatted(name, PageParts.class));
            }
            // A browser reads CR LF as LF, and hashes what it has read.
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("\r\n", "\n")
                    .strip();
        } catch (IOException e) {
            throw new UncheckedIOException("reading %s from the jar".formatted(name), e);
        }
    }
}
