// SPDX-License-Identifier: Apache-2.0
package io.nltap.report.html;

import java.nio.charset.StandardCharsets;

/**
 * HTML in the making. Names of elements and attributes are ours and written as they are; all else is escaped, here and
 * nowhere else.
 */
final class Markup {
    private final StringBuilder out = new StringBuilder();

    /** @param attributes name and value by turns */
    Markup open(String element, String... attributes) {
        out.append('<').append(element);
        for (int i = 0; i < attributes.length; i += 2) {
            out.append(' ').append(attributes[i]).append("=\"");
            escape(attributes[i + 1]);
            out.append('"');
        }
        out.append('>');
        return this;
    }

    Markup close(String element) {
        out.append("</").append(element).append('>');
        return this;
    }

    Markup text(String text) {
        escape(text);
        return this;
    }

    /** An element with nothing but text in it. */
    Markup element(String element, String text, String... attributes) {
        return open(element, attributes).text(text).close(element);
    }

    Markup line() {
        out.append('\n');
        return this;
    }

    Markup append(Markup other) {
        out.append(other.out);
        return this;
    }

    /** A script or a style, which HTML does not escape: it must be ours, or have been made safe. */
    Markup raw(String element, String content, String... attributes) {
        if (content.contains("</" + element)) {
            throw new IllegalArgumentException("the content of a %s would end it".formatted(element));
        }
        open(element, attributes);
        out.append(content);
        return close(element);
    }

    boolean isEmpty() {
        return out.isEmpty();
    }

    /** In UTF-8. */
    int size() {
        return bytes().length;
    }

    byte[] bytes() {
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void escape(String text) {
        String visible = VisibleText.of(text);
        for (int i = 0; i < visible.length(); i++) {
            char c = visible.charAt(i);
            if (c == '&') {
                out.append("&amp;");
            } else if (c == '<') {
                out.append("&lt;");
            } else if (c == '>') {
                out.append("&gt;");
            } else if (c == '"') {
                out.append("&quot;");
            } else if (c == '\'') {
                out.append("&#39;");
            } else {
                out.append(c);
            }
        }
    }
}
