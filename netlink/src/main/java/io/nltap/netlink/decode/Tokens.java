// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import java.util.Arrays;

/** The words of one line of a table file. */
final class Tokens {
    private final String file;
    private final int line;
    private final String[] words;
    private int next;

    Tokens(String file, int line, String content) {
        this.file = file;
        this.line = line;
        this.words = words(content);
    }

    /** By hand: the files have ten thousand lines, and are read each time the program starts. */
    private static String[] words(String content) {
        String[] found = new String[8];
        int count = 0;
        int at = 0;
        while (at < content.length()) {
            if (isSpace(content, at)) {
                at++;
                continue;
            }
            int end = at + 1;
            while (end < content.length() && !isSpace(content, end)) {
                end++;
            }
            found = count < found.length ? found : Arrays.copyOf(found, 2 * count);
            found[count++] = content.substring(at, end);
            at = end;
        }
        return Arrays.copyOf(found, count);
    }

    private static boolean isSpace(String content, int at) {
        return content.charAt(at) == ' ' || content.charAt(at) == '\t';
    }

    boolean hasNext() {
        return next < words.length;
    }

    /** @param what is expected, for the message */
    String word(String what) {
        if (!hasNext()) {
            throw wrong("%s is missing".formatted(what));
        }
        return words[next++];
    }

    /** Takes the next word if it is this one. */
    boolean take(String word) {
        boolean isNext = hasNext() && words[next].equals(word);
        if (isNext) {
            next++;
        }
        return isNext;
    }

    /** Whether a number follows. */
    boolean hasNumber() {
        return hasNext() && Character.isDigit(words[next].charAt(0));
    }

    /** Decimal, or hexadecimal after {@code 0x}; all 64 bits. */
    long number() {
        String word = word("a number");
        try {
            return word.startsWith("0x") ? Long.parseUnsignedLong(word.substring(2), 16) : Long.parseLong(word);
        } catch (NumberFormatException e) {
            throw wrong("'%s' is no number".formatted(word));
        }
    }

    void expectEnd() {
        if (hasNext()) {
            throw wrong("'%s' is one word too many".formatted(words[next]));
        }
    }

    TableException wrong(String problem) {
        return new TableException(file, line, problem);
    }
}
