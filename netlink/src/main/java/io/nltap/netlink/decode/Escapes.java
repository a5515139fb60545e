// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

/** Strings that came from anywhere, for those who read them: a person at a terminal, or a parser of JSON. */
final class Escapes {
    private static final String HEX = "0123456789abcdef";

    private Escapes() {}

    /** What moves a cursor, ends a line or a string is shown as {@code \\u001b}. */
    static String inText(String string) {
        for (int i = 0; i < string.length(); i++) {
            if (isSpecial(string.charAt(i))) {
                return escaped(string, i);
            }
        }
        return string;
    }

    /** Appends the string with its quotes, as RFC 8259 has it. */
    static void putJson(StringBuilder out, String string) {
        out.append('"');
        for (int i = 0; i < string.length(); i++) {
            put(out, string.charAt(i));
        }
        out.append('"');
    }

    private static String escaped(String string, int from) {
        StringBuilder out = new StringBuilder(string.length() + 16).append(string, 0, from);
        for (int i = from; i < string.length(); i++) {
            put(out, string.charAt(i));
        }
        return out.toString();
    }

    private static void put(StringBuilder out, char c) {
        if (!isSpecial(c)) {
            out.append(c);
        } else if (c == '"' || c == '\\') {
            out.append('\\').append(c);
        } else {
            out.append("\\u");
            for (int shift = 12; shift >= 0; shift -= 4) {
                out.append(HEX.charAt(c >> shift & 0xF));
            }
        }
    }

    /** Control characters of both kinds, line and paragraph separators, marks that turn the direction of writing. */
    private static boolean isSpecial(char c) {
        return c < ' '
                || c == '"'
                || c == '\\'
                || (c >= 0x7F && c < 0xA0)
                || (c >= 0x2028 && c <= 0x202E)
                || (c >= 0x2066 && c <= 0x2069)
                || Character.isSurrogate(c);
    }
}
