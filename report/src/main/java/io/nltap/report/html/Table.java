// SPDX-License-Identifier: Apache-2.0
package io.nltap.report.html;

import java.util.List;

/**
 * Rows under headings. The first of them are seen at once, the others on demand, and those that would make the page too
 * large are counted.
 *
 * @param caption what the rows are
 * @param columns from left to right
 * @param more where those are that are left out, such as {@code summary.json}
 */
record Table<T>(String caption, List<Column<T>> columns, String more) {
    private static final int SEEN_AT_ONCE = 20;

    /**
     * @param leftOut rows that fell out before, and are nowhere
     * @param maxBytes of the rows, about
     */
    void write(Markup out, List<T> rows, long leftOut, int maxBytes) {
        Markup first = new Markup();
        Markup rest = new Markup();
        int written = 0;
        int size = 0;
        for (T row : rows) {
            Markup line = row(row);
            size += line.size();
            if (size > maxBytes) {
                break;
            }
            (written < SEEN_AT_ONCE ? first : rest).append(line);
            written++;
        }
        table(out, first);
        if (!rest.isEmpty()) {
            out.open("details");
            out.element("summary", "%s more".formatted(Quantity.count(written - SEEN_AT_ONCE)));
            table(out, rest);
            out.close("details").line();
        }
        Omitted.write(out, rows.size() - written, more, leftOut);
    }

    private void table(Markup out, Markup rows) {
        out.open("table").element("caption", caption).open("thead").open("tr");
        for (Column<T> column : columns) {
            out.element("th", column.heading(), "scope", "col", "class", column.style());
        }
        out.close("tr").close("thead").open("tbody").line();
        out.append(rows).close("tbody").close("table").line();
    }

    private Markup row(T row) {
        Markup out = new Markup().open("tr");
        for (Column<T> column : columns) {
            out.open("td", "class", column.style(), "data-label", column.heading());
            column.writer().accept(out, row);
            out.close("td");
        }
        return out.close("tr").line();
    }
}
