// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.message;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Any bytes at all as a datagram. JAZZER_FUZZ=1 looks for new ones; otherwise those of the corpus are tried. No AssertJ
 * here: it would take most of the time.
 */
class NetlinkReaderFuzzTest {

    @FuzzTest(maxDuration = "5m")
    void neverThrowsAndAlwaysMovesForward(FuzzedDataProvider data) {
        int protocol = data.consumeInt(0, 23);
        int missing = data.consumeBoolean() ? data.consumeInt(0, Integer.MAX_VALUE - (1 << 20)) : 0;
        ByteOrder order = data.consumeBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        byte[] bytes = data.consumeRemainingAsBytes();
        ByteBuffer datagram = ByteBuffer.wrap(bytes).order(order);
        int original = bytes.length + missing;

        NetlinkReader reader = new NetlinkReader(datagram, original);
        int count = 0;
        while (reader.next()) {
            count++;
            check(count <= bytes.length / NetlinkReader.HEADER, "each message takes a header at least");
            int seen = reader.payload().remaining() + NetlinkReader.HEADER;
            check(seen <= bytes.length, "a payload is within the datagram");
            check((seen == reader.length()) == !reader.isCut(), "a payload is whole, or said to be cut");
            String line = MessageLine.of(protocol, reader);
            check(line.contains(" seq ") && line.indexOf('\n') < 0, "a message is one line");
        }
        check(
                NetlinkReader.count(datagram, 0, bytes.length, original, order) == count,
                "counting sees as many messages as reading");
        check(!reader.next(), "the end stays the end");
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError("does not hold: " + what);
        }
    }
}
