// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nltap.agent.frame.Direction;
import io.nltap.agent.frame.FrameTag;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TagSlotsTest {

    private static final int COUNT = 8;

    private final ByteBuffer memory =
            ByteBuffer.allocateDirect(COUNT * TagSlots.SIZE).order(ByteOrder.nativeOrder());
    private final TagSlots slots = new TagSlots(memory);
    private final FrameTag tag = new FrameTag();

    /** As the kernel's program does. */
    private void write(int number, int packetType) {
        int slot = (number & COUNT - 1) * TagSlots.SIZE;
        memory.putInt(slot + TagSlots.PORT_ID, -5)
                .putInt(slot + TagSlots.GROUP, 33)
                .putInt(slot + TagSlots.PACKET_TYPE, packetType)
                .putLong(slot + TagSlots.PID_TGID, 700L << 32 | 701)
                .putLong(slot + TagSlots.CGROUP_ID, 1L << 40)
                .putLong(slot + TagSlots.TIME, 12_345)
                .putLong(slot + TagSlots.COMM, 0x7069)
                .putInt(slot + TagSlots.NUMBER, number);
    }

    @Test
    void findsAllThatTheKernelWrote() {
        write(11, 7);

        assertThat(slots.find(11, tag)).isTrue();

        assertThat(tag.direction()).isEqualTo(Direction.TO_KERNEL);
        assertThat(tag.portId()).isEqualTo(4_294_967_291L);
        assertThat(tag.group()).isEqualTo(33);
        assertThat(tag.processId()).isEqualTo(700);
        assertThat(tag.threadId()).isEqualTo(701);
        assertThat(tag.cgroupId()).isEqualTo(1L << 40);
        assertThat(tag.monotonicNanos()).isEqualTo(12_345);
        assertThat(tag.comm()).isEqualTo("ip");
    }

    @ParameterizedTest(name = "packet type {0}: {1}")
    @CsvSource({"6, TO_USER", "7, TO_KERNEL", "4, UNKNOWN", "0, UNKNOWN"})
    void tellsTheDirection(int packetType, Direction direction) {
        write(1, packetType);
        slots.find(1, tag);

        assertThat(tag.direction()).isEqualTo(direction);
    }

    @Test
    void findsNumbersOnBothSidesOfTheLargest() {
        write(-1, 6);
        write(1, 6);

        assertThat(slots.find(-1, tag)).isTrue();
        assertThat(slots.find(1, tag)).isTrue();
    }

    @Test
    void leavesTheTagAloneWhenItsSlotWasGivenToALaterFrame() {
        write(3, 7);
        write(3 + COUNT, 6);
        tag.set(Direction.UNKNOWN, 1, 2, 3, 4, 5, 6);

        assertThat(slots.find(3, tag)).isFalse();
        assertThat(tag.direction()).isEqualTo(Direction.UNKNOWN);
        assertThat(tag.portId()).isEqualTo(1);
    }

    @Test
    void zeroIsTheNumberOfNoFrame() {
        assertThat(slots.find(0, tag)).isFalse();
    }

    @Test
    void wantsAPowerOfTwo() {
        assertThatThrownBy(() -> new TagSlots(ByteBuffer.allocate(3 * TagSlots.SIZE)))
                .hasMessage("3 slots");
    }
}
