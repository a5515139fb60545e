// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import io.nltap.agent.frame.Direction;
import io.nltap.agent.frame.Frame;
import io.nltap.agent.frame.FrameTag;
import io.nltap.agent.frame.TagSource;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The tags of the last frames of one tap, as the tagger's program writes them: frame number {@code n} has slot {@code n}
 * modulo their count.
 *
 * <pre>
 *    0        4        8       12      16     20     24          32         40        56     64
 *   +--------+--------+-------+-------+------+------+-----------+----------+---------+------+
 *   | number | portid | group | type  | tid  | tgid | cgroup id | time, ns | comm    | -    |
 *   +--------+--------+-------+-------+------+------+-----------+----------+---------+------+
 * </pre>
 *
 * The program writes 0 for the number, then the rest, then the number. Whoever reads the number of his frame, then the
 * rest, and then the same number again has read what belongs to it.
 */
final class TagSlots implements TagSource {

    /** A line of the cache. */
    static final int SIZE = 64;

    static final int NUMBER = 0;
    static final int PORT_ID = 4;
    static final int GROUP = 8;
    static final int PACKET_TYPE = 12;
    /** Thread and process id, as {@code bpf_get_current_pid_tgid} returns them: one number of 64 bits. */
    static final int PID_TGID = 16;

    static final int CGROUP_ID = 24;
    static final int TIME = 32;
    static final int COMM = 40;
    // #define TASK_COMM_LEN 16   linux/sched.h
    static final int COMM_SIZE = 16;

    // linux/if_packet.h
    private static final int PACKET_USER = 6;
    private static final int PACKET_KERNEL = 7;

    private static final int UNTAGGED = 0;

    private static final boolean LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private final ByteBuffer memory;
    private final int mask;

    /** @param memory slots, a power of two of them; in the machine's byte order */
    TagSlots(ByteBuffer memory) {
        this.memory = memory;
        int count = memory.capacity() / SIZE;
        if (Integer.bitCount(count) != 1) {
            throw new IllegalArgumentException(count + " slots");
        }
        this.mask = count - 1;
    }

    /** May be asked by several threads, each with a tag of its own. */
    @Override
    public boolean find(Frame frame, FrameTag tag) {
        return find(frame.hash(), tag);
    }

    boolean find(int number, FrameTag tag) {
        int slot = (number & mask) * SIZE;
        if (number == UNTAGGED || memory.getInt(slot + NUMBER) != number) {
            return false;
        }
        // Not a VarHandle's ordered read of the number: that takes as long as all the rest, for each frame.
        VarHandle.acquireFence();
        // Two words at a time, as each read takes its time.
        int portId = memory.getInt(slot + PORT_ID);
        long groupAndType = memory.getLong(slot + GROUP);
        long task = memory.getLong(slot + PID_TGID);
        long cgroupId = memory.getLong(slot + CGROUP_ID);
        long time = memory.getLong(slot + TIME);
        long comm = memory.getLong(slot + COMM);
        long commRest = memory.getLong(slot + COMM + Long.BYTES);
        // What was read above is not read any later than what is read below.
        VarHandle.loadLoadFence();
        if (memory.getInt(slot + NUMBER) != number) {
            return false;
        }
        tag.set(
                direction(second(groupAndType)),
                Integer.toUnsignedLong(portId),
                first(groupAndType),
                second(task),
                first(task),
                cgroupId,
                time);
        tag.setComm(comm, commRest);
        return true;
    }

    private static int first(long words) {
        return (int) (LITTLE ? words : words >>> Integer.SIZE);
    }

    private static int second(long words) {
        return (int) (LITTLE ? words >>> Integer.SIZE : words);
    }

    private static Direction direction(int packetType) {
        return switch (packetType) {
            case PACKET_USER -> Direction.TO_USER;
            case PACKET_KERNEL -> Direction.TO_KERNEL;
            default -> Direction.UNKNOWN;
        };
    }

    int count() {
        return mask + 1;
    }
}
