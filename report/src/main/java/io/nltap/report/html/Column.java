// SPDX-License-Identifier: Apache-2.0
package io.nltap.report.html;

import io.nltap.netlink.author.Party;
import io.nltap.netlink.dialog.Matter;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * One column of a table.
 *
 * @param style class of its cells: {@code text}, {@code short} (never broken into lines: of our making), {@code number}, or
 *     {@code wide}, which gets a line of its own on a phone
 * @param writer writes what stands in the cell
 */
record Column<T>(String heading, String style, BiConsumer<Markup, T> writer) {

    static <T> Column<T> text(String heading, Function<T, String> text) {
        return new Column<>(heading, "text", (out, row) -> out.text(text.apply(row)));
    }

    static <T> Column<T> time(String heading, CaptureTime time, ToLongFunction<T> nanos) {
        return new Column<>(heading, "short", (out, row) -> out.text(time.of(nanos.applyAsLong(row))));
    }

    static <T> Column<T> code(String heading, Function<T, String> text) {
        return new Column<>(heading, "text", (out, row) -> out.element("span", text.apply(row), "class", "code"));
    }

    static <T> Column<T> wide(String heading, Function<T, String> text) {
        return new Column<>(heading, "wide", (out, row) -> out.text(text.apply(row)));
    }

    static <T> Column<T> count(String heading, ToLongFunction<T> count) {
        return new Column<>(heading, "number", (out, row) -> out.text(Quantity.count(count.applyAsLong(row))));
    }

    static <T> Column<T> duration(String heading, ToLongFunction<T> nanos) {
        return new Column<>(heading, "number", (out, row) -> {
            long time = nanos.applyAsLong(row);
            out.text(time == 0 ? "–" : Quantity.duration(time));
        });
    }

    static <T> Column<T> what(String heading, Function<T, Matter> what) {
        return code(heading, row -> what.apply(row).toString());
    }

    static <T> Column<T> who(String heading, Function<T, Party> who) {
        return new Column<>(heading, "text", (out, row) -> PartyText.write(out, who.apply(row)));
    }
}
