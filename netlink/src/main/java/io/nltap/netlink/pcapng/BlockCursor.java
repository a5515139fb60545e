// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.pcapng;

import static io.nltap.netlink.pcapng.CaptureProblem.Reason.BAD_LENGTH;
import static io.nltap.netlink.pcapng.CaptureProblem.Reason.CUT_OFF;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Walks the blocks of a pcapng file, or of a part of one that begins with a block, and looks at nothing but their lengths
 * and the byte order of their section. Never throws; each {@link #next} that says true has moved forward.
 */
public final class BlockCursor {
    private static final int MIN_LENGTH = BlockLayout.HEAD + BlockLayout.TAIL;
    private static final int MIN_SECTION_HEADER = 28;

    private final Window window;
    private final RawPacket packet = new RawPacket();
    private final Optional<RawPacket> anyPacket = Optional.of(packet);
    private int start;
    private int end;
    private int type;
    private Optional<CaptureProblem> problem = Optional.empty();

    /**
     * @param blocks its remaining bytes are the blocks; is not changed. Its byte order is that of the blocks until a
     *     section header says otherwise
     */
    public BlockCursor(ByteBuffer blocks) {
        this(Window.whole(blocks));
    }

    BlockCursor(Window window) {
        this.window = window;
    }

    /** Moves to the next block. False at the end, and where no block follows: then {@link #problem} tells. */
    public boolean next() {
        if (problem.isPresent()) {
            return false;
        }
        reach(MIN_LENGTH);
        ByteBuffer blocks = window.bytes();
        int left = blocks.limit() - end;
        if (left == 0) {
            return false;
        }
        if (left < MIN_LENGTH) {
            return fail(CUT_OFF, "%d bytes are too few for a block".formatted(left));
        }
        long head = head(blocks);
        type = (int) (head >>> Integer.SIZE);
        if (type == BlockLayout.SECTION_HEADER) {
            if (!takeByteOrder(end)) {
                return fail(BAD_LENGTH, "a section header has no byte-order magic");
            }
            head = head(blocks);
        }
        long length = head & 0xFFFF_FFFFL;
        int min = type == BlockLayout.SECTION_HEADER ? MIN_SECTION_HEADER : MIN_LENGTH;
        if (length < min || length % 4 != 0 || (window.mayGrow() && length > Window.MAX_STEP)) {
            return fail(BAD_LENGTH, "no block can be %d bytes long".formatted(length));
        }
        reach(length);
        blocks = window.bytes();
        left = blocks.limit() - end;
        if (length > left) {
            return fail(CUT_OFF, "a block of %d bytes has only %d".formatted(length, left));
        }
        long again = blocks.getInt(end + (int) length - BlockLayout.TAIL) & 0xFFFF_FFFFL;
        if (again != length) {
            return fail(
                    BAD_LENGTH, "a block is %d bytes long at its beginning and %d at its end".formatted(length, again));
        }
        start = end;
        end += (int) length;
        return true;
    }

    /** Type and length, in this order from the highest bit on. */
    private long head(ByteBuffer blocks) {
        long head = blocks.getLong(end);
        return blocks.order() == ByteOrder.LITTLE_ENDIAN ? Long.rotateLeft(head, Integer.SIZE) : head;
    }

    /** Moves the window so that it holds what follows, if it does not yet. */
    private void reach(long length) {
        if (!window.has(end, length) && window.mayGrow()) {
            window.moveTo(end, (int) length);
            start = 0;
            end = 0;
        }
    }

    /** Where in the file the block begins. */
    long offset() {
        return window.base() + start;
    }

    /** How much of the file is whole, up to the end of this block. */
    long wholeLength() {
        return window.base() + end;
    }

    /** First byte of the block, in {@link #bytes}. */
    public int start() {
        return start;
    }

    /** First byte after the block; after a {@link #next} that said false, how far the blocks are whole. */
    public int end() {
        return end;
    }

    /** Why {@link #next} said false; empty at the true end. */
    public Optional<CaptureProblem> problem() {
        return problem;
    }

    /** The packet, if the block is an enhanced packet block and its lengths are possible; until the next one is asked for. */
    public Optional<RawPacket> packet() {
        boolean isPacket = type == BlockLayout.ENHANCED_PACKET && packet.read(window.bytes(), start, end);
        return isPacket ? anyPacket : Optional.empty();
    }

    int type() {
        return type;
    }

    /** What {@link #start} and {@link #end} count in until the next {@link #next}; in the byte order of the section. */
    ByteBuffer bytes() {
        return window.bytes();
    }

    private boolean takeByteOrder(int at) {
        window.order(ByteOrder.LITTLE_ENDIAN);
        int magic = window.bytes().getInt(at + BlockLayout.HEAD);
        if (magic == Integer.reverseBytes(BlockLayout.BYTE_ORDER_MAGIC)) {
            window.order(ByteOrder.BIG_ENDIAN);
            return true;
        }
        return magic == BlockLayout.BYTE_ORDER_MAGIC;
    }

    private boolean fail(CaptureProblem.Reason reason, String message) {
        problem = Optional.of(new CaptureProblem(window.base() + end, reason, message));
        return false;
    }
}
