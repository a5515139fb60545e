// SPDX-License-Identifier: Apache-2.0
package io.nltap.report.html;

/**
 * Text of unknown origin, so that a reader sees all of it and is not deceived: what has no picture of its own (control
 * characters, marks that turn the direction of writing, halves of characters) is shown by its number, as
 * <code>&#92;u{202e}</code>; of what is too long the beginning.
 */
final class VisibleText {
    /** Characters of one text, at most: a sentence of evidence has fewer. */
    private static final int MAX = 600;

    private VisibleText() {}

    static String of(String text) {
        StringBuilder out = new StringBuilder(Math.min(text.length(), MAX) + 16);
        int i = 0;
        while (i < text.length()) {
            if (out.length() >= MAX) {
                return out.append(" … (%,d characters)".formatted(text.length()))
                        .toString();
            }
            int c = text.codePointAt(i);
            if (isVisible(c)) {
                out.appendCodePoint(c);
            } else {
                out.append("\\u{").append(Integer.toHexString(c)).append('}');
            }
            i += Character.charCount(c);
        }
        return out.toString();
    }

    private static boolean isVisible(int c) {
        int type = Character.getType(c);
        return type != Character.CONTROL
                && type != Character.FORMAT
                && type != Character.SURROGATE
                && type != Character.PRIVATE_USE
                && type != Character.UNASSIGNED
                && type != Character.LINE_SEPARATOR
                && type != Character.PARAGRAPH_SEPARATOR;
    }
}
