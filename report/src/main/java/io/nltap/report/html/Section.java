// SPDX-License-Identifier: Apache-2.0
package io.nltap.report.html;

import java.util.function.Consumer;

/** A part of the page with a heading of its own. */
final class Section {
    private Section() {}

    /** @param id by which the overview refers to it */
    static void write(Markup out, String id, String heading, Consumer<Markup> content) {
        out.open("section", "id", id, "aria-labelledby", id + "-heading").line();
        out.element("h2", heading, "id", id + "-heading").line();
        content.accept(out);
        out.close("section").line();
    }
}
