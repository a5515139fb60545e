// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

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
 * block is whole. Takes no more memory than one piece. Used by one thread.
 */
final class GrowingCapture implements AutoCloseable {

    private static final int PIECE = 4 << 20;
    private static final int BLOCK_HEAD = 8;
    private static final int SECTION = 0x0A0D0D0A;
    private static final int DESCRIPTION = 1;
    private static final int LARGEST_PREAMBLE = 1 << 20;

    private final List<Path> names;
    private @Nullable FileChannel file;
    private long position;

    /** What a reader has to know before it understands a packet: the section and its interfaces. */
    private ByteBuffer preamble = ByteBuffer.allocate(0);

    private long skipped;

    /** @param names of the file while it grows and when it is whole; it need not be there yet */
    GrowingCapture(List<Path> names) {
        this.names = List.copyOf(names);
    }

    /**
     * Hands over what is new, up to one piece.
     *
     * @param packets their datagrams are valid only during the call
     * @return whether there may be more
     */
    boolean read(Consumer<CapturedPacket> packets) throws IOException {
        FileChannel open = opened();
        if (open == null) {
            return false;
        }
        ByteBuffer piece = ByteBuffer.allocate(preamble.capacity() + PIECE).order(ByteOrder.nativeOrder());
        piece.put(preamble.duplicate());
        int begin = piece.position();
        while (piece.hasRemaining() && open.read(piece, position + piece.position() - begin) > 0) {
            continue;
        }
        int end = wholeBlocks(piece, begin, piece.position());
        if (end == begin) {
            return false;
        }
        CaptureReader reader = CaptureReader.of(piece.slice(0, end).order(ByteOrder.nativeOrder()));
        for (Optional<CapturedPacket> next = reader.next(); next.isPresent(); next = reader.next()) {
            packets.accept(next.get());
        }
        skipped += reader.skipped();
        keepDescriptions(piece, begin, end);
        position += end - begin;
        return !piece.hasRemaining();
    }

    /** Packets that are no netlink. */
    long skipped() {
        return skipped;
    }

    /** Absent when nothing has been captured yet. */
    private @Nullable FileChannel opened() throws IOException {
        for (Path name : file == null ? names : List.<Path>of()) {
            try {
                file = FileChannel.open(name, StandardOpenOption.READ);
                return file;
            } catch (NoSuchFileException e) {
                continue;
            }
        }
        return file;
    }

    /** The end of the last block that is there as a whole. */
    private static int wholeBlocks(ByteBuffer piece, int begin, int limit) {
        int at = begin;
        while (limit - at >= BLOCK_HEAD) {
            int length = piece.getInt(at + 4);
            if (length < BLOCK_HEAD || length > limit - at) {
                return at;
            }
            at += length;
        }
        return at;
    }

    private void keepDescriptions(ByteBuffer piece, int begin, int end) {
        int length;
        for (int at = begin; at < end; at += length) {
            length = piece.getInt(at + 4);
            int type = piece.getInt(at);
            if ((type == SECTION || type == DESCRIPTION) && preamble.capacity() + length <= LARGEST_PREAMBLE) {
                preamble = ByteBuffer.allocate(preamble.capacity() + length)
                        .put(preamble.duplicate())
                        .put(piece.slice(at, length))
                        .flip();
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
