// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.ring;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Head of a block, {@code struct tpacket_block_desc} with {@code struct tpacket_hdr_v1} (linux/if_packet.h).
 *
 * <pre>
 *    0         4                8              12         16                   20       24
 *   +---------+----------------+--------------+----------+--------------------+--------+----------
 *   | version | offset_to_priv | block_status | num_pkts | offset_to_first_pkt| blk_len| seq_num …
 *   +---------+----------------+--------------+----------+--------------------+--------+----------
 * </pre>
 *
 * {@code block_status} hands the block to and fro: the kernel writes it last and the reader reads it first, and the
 * other way round.
 */
final class RingBlock {

    private static final int BLOCK_STATUS = 8;
    private static final int NUM_PKTS = 12;
    private static final int OFFSET_TO_FIRST_PKT = 16;

    // #define TP_STATUS_KERNEL 0, #define TP_STATUS_USER (1 << 0)
    private static final int TP_STATUS_KERNEL = 0;
    private static final int TP_STATUS_USER = 1;

    private static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

    private final ByteBuffer memory;

    RingBlock(ByteBuffer memory) {
        this.memory = memory;
    }

    ByteBuffer memory() {
        return memory;
    }

    /** Whether the kernel has handed this block over. */
    boolean isReady() {
        return ((int) INT.getAcquire(memory, BLOCK_STATUS) & TP_STATUS_USER) != 0;
    }

    int frameCount() {
        return (int) INT.getOpaque(memory, NUM_PKTS);
    }

    int firstFrame() {
        return memory.getInt(OFFSET_TO_FIRST_PKT);
    }

    /** Hands the block back. The count is cleared so that {@link #isBeingFilled} never sees a stale one. */
    void release() {
        memory.putInt(NUM_PKTS, 0);
        INT.setRelease(memory, BLOCK_STATUS, TP_STATUS_KERNEL);
    }

    /** Whether the kernel has put frames into this block that it has not handed over yet. */
    boolean isBeingFilled() {
        return !isReady() && frameCount() > 0;
    }
}
