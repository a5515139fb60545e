// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.analysis;

import java.util.ArrayList;
import java.util.List;

/** A process with a small heap that it fills: says when the room was said to be short, and whether it was said twice. */
public final class HeapProbe {
    private HeapProbe() {}

    public static void main(String[] args) {
        HeapRoom room = new HeapRoom();
        List<byte[]> kept = new ArrayList<>();
        boolean isShort = room.getAsBoolean();
        long megabytes = 0;
        while (!isShort && megabytes < Long.parseLong(args[0])) {
            kept.add(new byte[1 << 20]);
            megabytes++;
            isShort = room.getAsBoolean();
        }
        boolean again = room.getAsBoolean();
        kept.clear();
        System.gc();
        System.out.printf(
                "short %s at %d, again %s, after all is gone %s%n", isShort, megabytes, again, room.getAsBoolean());
    }
}
