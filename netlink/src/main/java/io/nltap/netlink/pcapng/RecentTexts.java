// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.pcapng;

import java.util.Arrays;

/** The same few comments are on many packets: those of the last ones are handed out again, as the same objects. */
final class RecentTexts {
    private static final int KEPT = 8;
    private static final int LONGEST = 512;

    private final byte[][] utf8 = new byte[KEPT][0];
    private final String[] texts = new String[KEPT];
    private final byte[] wanted = new byte[LONGEST];
    private int used;
    private int next;

    RecentTexts() {
        Arrays.fill(texts, "");
    }

    String text(OptionCursor option) {
        int length = option.length();
        if (length > LONGEST) {
            return option.text();
        }
        option.copyTo(wanted);
        for (int i = 0; i < used; i++) {
            if (utf8[i].length == length && Arrays.equals(utf8[i], 0, length, wanted, 0, length)) {
                return texts[i];
            }
        }
        utf8[next] = Arrays.copyOf(wanted, length);
        texts[next] = option.text();
        String text = texts[next];
        next = (next + 1) % KEPT;
        used = Math.max(used, next == 0 ? KEPT : next);
        return text;
    }
}
