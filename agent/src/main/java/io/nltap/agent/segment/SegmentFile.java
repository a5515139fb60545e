// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The file {@code <n>.pcapng.part} of an open segment, and how it becomes {@code <n>.pcapng}. Only its owner can read
 * it. A channel closes itself when its thread is interrupted, which would cut the file anywhere; so an interrupt is put
 * off until the step is done, and a channel that one did close is opened again.
 */
final class SegmentFile {
    private static final Set<StandardOpenOption> CREATE =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    private final Path part;
    private final Path whole;
    private FileChannel channel;
    private long length;

    private SegmentFile(Path part, Path whole, FileChannel channel) {
        this.part = part;
        this.whole = whole;
        this.channel = channel;
    }

    /** @throws IOException also when there is such a file, or a symbolic link of that name */
    static SegmentFile create(Path whole) throws IOException {
        Path part = whole.resolveSibling(whole.getFileName() + ".part");
        return new SegmentFile(
                part,
                whole,
                uninterrupted(() -> FileChannel.open(
                        part,
                        CREATE,
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))));
    }

    Path part() {
        return part;
    }

    /** Bytes that are known to be in the file. */
    long length() {
        return length;
    }

    /** Writes what remains in the buffer, all of it. */
    void write(ByteBuffer blocks) throws IOException {
        uninterrupted(() -> {
            long end = length;
            while (blocks.hasRemaining()) {
                end += channel.write(blocks);
            }
            length = end; // not before all of it is there; asking the channel would be one more system call
            return length;
        });
    }

    /** How much of the last, failed, {@link #write} has reached the file. */
    long writtenBeyondLength() throws IOException {
        return uninterrupted(() -> Math.max(0, reopened().size() - length));
    }

    /** Makes the file end there. */
    void cut(long newLength) throws IOException {
        uninterrupted(() -> {
            reopened().truncate(newLength).position(newLength);
            length = newLength;
            return length;
        });
    }

    /** Sees that the bytes are on the disk, then gives the file its final name. */
    void seal() throws IOException {
        uninterrupted(() -> {
            try (FileChannel closing = reopened()) {
                closing.force(true);
            }
            Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel directory = FileChannel.open(whole.toAbsolutePath().getParent())) {
                directory.force(true); // else the name may be the old one after a power cut
            }
            return whole;
        });
    }

    void delete() throws IOException {
        uninterrupted(() -> {
            channel.close();
            return Files.deleteIfExists(part);
        });
    }

    private FileChannel reopened() throws IOException {
        if (!channel.isOpen()) {
            channel = FileChannel.open(part, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        }
        return channel;
    }

    private static <T> T uninterrupted(Step<T> step) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            return step.run();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private interface Step<T> {
        T run() throws IOException;
    }
}
