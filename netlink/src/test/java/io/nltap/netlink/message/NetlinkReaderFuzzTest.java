// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Any bytes at all as a datagram. JAZZER_FUZZ=1 looks for new ones; otherwise those of the corpus are tried. */
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
            assertThat(count).isLessThanOrEqualTo(bytes.length / NetlinkReader.HEADER);
            assertThat(reader.payload().remaining()).isLessThanOrEqualTo(bytes.length - NetlinkReader.HEADER);
            assertThat(reader.payload().remaining() + NetlinkReader.HEADER == reader.length())
                    .isEqualTo(!reader.isCut());
            assertThat(MessageLine.of(protocol, reader)).contains(" seq ").doesNotContain("\n");
        }
        assertThat(NetlinkReader.count(datagram, 0, bytes.length, original, order))
                .isEqualTo(count);
        assertThat(reader.next()).isFalse();
    }
}
