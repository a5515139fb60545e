// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class RingBlockTest {

    private final ByteBuffer memory = ByteBuffer.allocateDirect(4096).order(ByteOrder.nativeOrder());
    private final RingBlock block = new RingBlock(memory);

    @Test
    void isReadyWhenTheKernelSaysSo() {
        assertThat(block.isReady()).isFalse();

        memory.putInt(8, 1 | 1 << 5); // TP_STATUS_USER | TP_STATUS_BLK_TMO

        assertThat(block.isReady()).isTrue();
        assertThat(block.isBeingFilled()).isFalse();
    }

    @Test
    void isBeingFilledWhileItHasFramesAndIsNotHandedOver() {
        assertThat(block.isBeingFilled()).isFalse();

        memory.putInt(12, 3);

        assertThat(block.isBeingFilled()).isTrue();
    }

    @Test
    void givesEverythingBackWhenReleased() {
        memory.putInt(8, 1).putInt(12, 3);

        block.release();

        assertThat(block.isReady()).isFalse();
        assertThat(block.isBeingFilled()).isFalse();
    }

    @Test
    void aFrameIsReadWhereTheHeaderSaysItIs() {
        int start = 48;
        memory.putInt(16, start);
        memory.putInt(start, 160); // tp_next_offset
        memory.putInt(start + 4, 0x80000001).putInt(start + 8, 999_999_999); // tp_sec, tp_nsec
        memory.putInt(start + 12, 20).putInt(start + 16, 300); // tp_snaplen, tp_len
        memory.putShort(start + 24, (short) 98); // tp_mac
        memory.put(start + 50, (byte) 0).put(start + 51, (byte) 16); // sll_protocol, big endian
        memory.put(start + 58, (byte) 4); // sll_pkttype
        RingFrame frame = new RingFrame();

        frame.moveTo(block.memory(), block.firstFrame());

        assertThat(frame.timestampNanos()).isEqualTo(0x80000001L * 1_000_000_000L + 999_999_999L);
        assertThat(frame.capturedLength()).isEqualTo(20);
        assertThat(frame.originalLength()).isEqualTo(300);
        assertThat(frame.offset()).isEqualTo(start + 98);
        assertThat(frame.protocol()).isEqualTo(16);
        assertThat(frame.packetType()).isEqualTo(4);
        assertThat(frame.buffer()).isSameAs(memory);
        assertThat(frame.next()).isEqualTo(start + 160);
    }
}
