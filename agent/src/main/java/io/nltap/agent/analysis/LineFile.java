// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.analysis;

import io.nltap.agent.frame.DiskSpace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Values in a file, a line each, readable by its owner only; it is made with the first of them. What no
 * longer fits is counted; a line that was begun is always whole, unless the disk is full. May be used by any thread.
 */
public final class LineFile<T> implements Consumer<T>, AutoCloseable {

    private final Path path;
    private final Function<T, String> line;
    private final long maxBytes;
    private final DiskSpace space;
    private @Nullable FileChannel file;
    private long bytes;
    private long lines;
    private long omitted;
    private boolean closed;
    private Optional<String> problem = Optional.empty();

    /**
     * @param path must not exist yet
     * @param line how a value is written, without an end of line
     * @param maxBytes of the whole file
     * @param space is asked before each line
     */
    public LineFile(Path path, Function<T, String> line, long maxBytes, DiskSpace space) {
        this.path = path;
        this.line = line;
        this.maxBytes = maxBytes;
        this.space = space;
    }

    @Override
    public synchronized void accept(T value) {
        if (closed) {
            return;
        }
        ByteBuffer text = StandardCharsets.UTF_8.encode(line.apply(value) + "\n");
        if (problem.isPresent() || bytes + text.remaining() > maxBytes || !space.reserve(text.remaining())) {
            omitted++;
            return;
        }
        long before = bytes;
        int length = text.remaining();
        try {
            FileChannel open = opened();
            while (text.hasRemaining()) {
                bytes += open.write(text);
            }
            lines++;
        } catch (IOException e) {
            space.release(before + length - bytes);
            omitted++;
            problem = Optional.of("cannot write %s: %s".formatted(path, e.getMessage()));
        }
    }

    private FileChannel opened() throws IOException {
        FileChannel open = file;
        if (open == null) {
            open = FileChannel.open(
                    path,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            file = open;
        }
        return open;
    }

    /** In the file. */
    public synchronized long lines() {
        return lines;
    }

    /** Values that are not in the file, because it is full or the disk is. */
    public synchronized long omitted() {
        return omitted;
    }

    /** Why the disk took no more; empty as long as it did. */
    public synchronized Optional<String> problem() {
        return problem;
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        if (file != null) {
            file.close();
        }
    }
}
