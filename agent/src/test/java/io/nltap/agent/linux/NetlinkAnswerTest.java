// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NetlinkAnswerTest {

    private static final int NLMSG_NOOP = 1;
    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;
    private static final int CAPPED_WITH_ATTRIBUTES = 0x300;

    private final ByteBuffer datagram = ByteBuffer.allocate(256).order(ByteOrder.nativeOrder());

    private void header(int length, int type, int flags, int sequence) {
        datagram.putInt(length)
                .putShort((short) type)
                .putShort((short) flags)
                .putInt(sequence)
                .putInt(0);
    }

    @Test
    void walksMessagesAtTheirAlignedPlaces() {
        header(18, NLMSG_NOOP, 0, 7);
        datagram.putInt(0);
        header(16, NLMSG_DONE, 0, 8);
        NetlinkAnswer answer = new NetlinkAnswer(datagram.flip());

        List<Integer> sequences = new ArrayList<>();
        while (answer.next()) {
            sequences.add(answer.sequence());
        }

        assertThat(sequences).containsExactly(7, 8);
    }

    @Test
    void readsWhatTheKernelSaysAboutAnError() {
        header(16 + 4 + 16 + 4 + 8, NLMSG_ERROR, CAPPED_WITH_ATTRIBUTES, 1);
        datagram.putInt(-95);
        header(60, 16, 5, 1);
        datagram.putShort((short) 12).putShort((short) 1).put("Unknown\0".getBytes());
        NetlinkAnswer answer = new NetlinkAnswer(datagram.flip());

        assertThat(answer.next()).isTrue();
        assertThat(answer.isEnd()).isTrue();
        assertThat(answer.errno()).isEqualTo(95);
        assertThat(answer.explanation()).isEqualTo("Unknown");
    }

    @Test
    void anAcknowledgementIsAnEndWithoutError() {
        header(20, NLMSG_ERROR, 0, 1);
        datagram.putInt(0);
        NetlinkAnswer answer = new NetlinkAnswer(datagram.flip());

        assertThat(answer.next()).isTrue();
        assertThat(answer.isEnd()).isTrue();
        assertThat(answer.errno()).isZero();
        assertThat(answer.explanation()).isEmpty();
    }

    @Test
    void neverThrowsWhateverItIsGiven() {
        Random random = new Random(7);
        int seen = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] noise = new byte[random.nextInt(120)];
            random.nextBytes(noise);
            ByteBuffer buffer = ByteBuffer.wrap(noise).order(ByteOrder.nativeOrder());
            if (noise.length >= 16) {
                buffer.putInt(0, 16 + random.nextInt(noise.length - 15));
                buffer.putShort(4, (short) (1 + random.nextInt(3)));
            }
            NetlinkAnswer answer = new NetlinkAnswer(buffer);
            while (answer.next()) {
                answer.errno();
                answer.explanation();
                NetlinkAnswer.attributesOf(answer.message(), 16).ifPresent(attributes -> attributes.nested(18));
                seen++;
            }
        }
        assertThat(seen).isPositive();
    }
}
