// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.analysis;

import io.nltap.netlink.pcapng.CaptureReader;
import io.nltap.netlink.pcapng.CapturedPacket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a pcapng file that another thread of this machine writes, as far as it is written: each packet once, as soon as its
 * block is whole. Read by one thread; any may {@link #open} and {@link #close} it.
 */
final class GrowingCapture implements AutoCloseable {

    private static final int LARGEST_PIECE = 8 << 20;
    private static final int BLOCK_HEAD = 8;
    private static final int SECTION = 0x0A0D0D0A;
    private static final int DESCRIPTION = 1;
    private static final int LARGEST_PREAMBLE = 1 << 20;

    private final List<Path> names;
    private @Nullable FileChannel file; // guarded by this
    private long position;

    /** What a reader has to know before it understands a packet: the section and its interfaces. */
    private ByteBuffer preamble = ByteBuffer.allocate(0);

    /** Whether the whole blocks that were looked at last tell of sections or interfaces. */
    private boolean describes;

    private long skipped;

    /** @param names of the file while it grows and when it is whole; it need not be there yet */
    GrowingCapture(List<Path> names) {
        this.names = List.copyOf(names);
    }

    /**
     * Hands over what is new, up to one piece.
     *
     * @param buffer room for a piece; a larger one is made for a moment where a block does not fit
     * @param packets their datagrams are valid only during the call
     * @return whether there may be more
     */
    boolean read(ByteBuffer buffer, Consumer<CapturedPacket> packets) throws IOException {
        if (!open()) {
            return false;
        }
        ByteBuffer piece = fill(buffer);
        int begin = preamble.limit();
        int end = wholeBlocks(piece, begin, piece.position());
        while (end == begin && !piece.hasRemaining() && piece.capacity() < LARGEST_PIECE) {
            piece = fill(ByteBuffer.allocate(2 * piece.capacity()));
            end = wholeBlocks(piece, begin, piece.position());
        }
        if (end == begin) {
            return false;
        }
        CaptureReader reader = CaptureReader.of(piece.slice(0, end).order(ByteOrder.nativeOrder()));
        for (Optional<CapturedPacket> next = reader.next(); next.isPresent(); next = reader.next()) {
            packets.accept(next.get());
        }
        skipped += reader.skipped();
        boolean full = !piece.hasRemaining();
        if (describes) {
            keepDescriptions(piece, begin, end);
        }
        position += end - begin;
        return full;
    }

    /** The preamble, and behind it what the file has from the position on, as far as there is room. */
    private ByteBuffer fill(ByteBuffer buffer) throws IOException {
        ByteBuffer piece = buffer.capacity() > preamble.limit() + BLOCK_HEAD
                ? buffer
                : ByteBuffer.allocate(2 * preamble.limit() + buffer.capacity());
        piece.clear().order(ByteOrder.nativeOrder());
        piece.put(preamble.duplicate());
        int begin = piece.position();
        FileChannel open = channel();
        while (piece.hasRemaining() && open.read(piece, position + piece.position() - begin) > 0) {
            continue;
        }
        return piece;
    }

    /** Packets that are no netlink. */
    long skipped() {
        return skipped;
    }

    /** Holds on to the file, whatever becomes of its name. @return false when there is none yet */
    synchronized boolean open() throws IOException {
        for (Path name : file == null ? names : List.<Path>of()) {
            try {
                file = FileChannel.open(name, StandardOpenOption.READ);
                return true;
            } catch (NoSuchFileException e) {
                continue;
            }
        }
        return file != null;
    }

    private synchronized FileChannel channel() throws IOException {
        FileChannel open = file;
        if (open == null) {
            throw new IOException("%s is not open".formatted(names));
        }
        return open;
    }

    /** The end of the last block that is there as a whole. */
    private int wholeBlocks(ByteBuffer piece, int begin, int limit) {
        describes = false;
        int at = begin;
        while (limit - at >= BLOCK_HEAD) {
            int length = piece.getInt(at + 4);
            if (length < BLOCK_HEAD || length > limit - at) {
                return at;
            }
            describes |= isDescription(piece.getInt(at));
            at += length;
        }
        return at;
    }

    private static boolean isDescription(int type) {
        return type == SECTION || type == DESCRIPTION;
    }

    private void keepDescriptions(ByteBuffer piece, int begin, int end) {
        int length;
        for (int at = begin; at < end; at += length) {
            length = piece.getInt(at + 4);
            if (isDescription(piece.getInt(at)) && preamble.limit() + length <= LARGEST_PREAMBLE) {
                preamble = ByteBuffer.allocate(preamble.limit() + length)
                        .put(preamble.duplicate())
                        .put(piece.slice(at, length))
                        .flip();
            }
        }
    }

    @Override
    public synchronized void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
