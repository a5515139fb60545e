// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.ring;

/**
 * How a ring is cut into blocks.
 *
 * <pre>
 *   | block 0            | block 1            | … |
 *   | head, frame, frame | head, frame        |   |      each BLOCK_SIZE; a frame never spans two blocks
 * </pre>
 *
 * @param blockCount at least {@link #MINIMUM_BLOCKS}
 */
record RingLayout(int blockCount) {

    /**
     * Bytes. The largest frame, {@link PacketRing#CAPTURE_LENGTH} and its headers, just fits. The kernel hands over blocks by
     * time, too: the smaller they are, the longer a ring lasts in which little is said while nobody reads it.
     */
    static final int BLOCK_SIZE = 1 << 18;

    /** Two that wait, and two for the kernel to fill meanwhile. */
    static final int MINIMUM_BLOCKS = 4;

    /**
     * Bytes of a frame of nothing but a {@code struct nlmsghdr}: {@code tp_hdrlen} 68 and room for a link-layer header, 16,
     * rounded up to 16, then its 16 (net/packet/af_packet.c).
     */
    private static final int SMALLEST_FRAME = 112;

    /** One mapped window holds at most 2 GiB. */
    private static final int MAXIMUM_BLOCKS = Integer.MAX_VALUE / BLOCK_SIZE;

    static final long MINIMUM_SIZE = (long) MINIMUM_BLOCKS * BLOCK_SIZE;

    RingLayout {
        if (blockCount < MINIMUM_BLOCKS || blockCount > MAXIMUM_BLOCKS) {
            throw new IllegalArgumentException(blockCount + " blocks");
        }
    }

    /** The largest ring within so many bytes, but never less than the smallest ring. */
    static RingLayout within(long bytes) {
        return new RingLayout((int) Math.min(MAXIMUM_BLOCKS, Math.max(MINIMUM_BLOCKS, bytes / BLOCK_SIZE)));
    }

    /** How many of the smallest frames it holds. */
    long frames() {
        return size() / SMALLEST_FRAME;
    }

    /** Bytes. */
    long size() {
        return (long) blockCount * BLOCK_SIZE;
    }
}
