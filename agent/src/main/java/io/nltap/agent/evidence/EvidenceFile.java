// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.evidence;

import io.nltap.netlink.evidence.EvidenceSample;
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
 * Samples in a file, a line each, readable by its owner only; it is made with the first of them. What no longer fits is counted; a line that was begun is
 * always whole, unless the disk is full. May be used by any thread.
 */
public final class EvidenceFile implements Consumer<EvidenceSample>, AutoCloseable {

    private final Path path;
    private final Function<EvidenceSample, String> line;
    private final long maxBytes;
    private @Nullable FileChannel file;
    private long bytes;
    private long samples;
    private long omitted;
    private boolean closed;
    private Optional<String> problem = Optional.empty();

    /**
     * @param path must not exist yet
     * @param line how a sample is written, without an end of line
     * @param maxBytes of the whole file
     */
    public EvidenceFile(Path path, Function<EvidenceSample, String> line, long maxBytes) {
        this.path = path;
        this.line = line;
        this.maxBytes = maxBytes;
    }

    @Override
    public synchronized void accept(EvidenceSample sample) {
        if (closed) {
            return;
        }
        ByteBuffer text = StandardCharsets.UTF_8.encode(line.apply(sample) + "\n");
        if (problem.isPresent() || bytes + text.remaining() > maxBytes) {
            omitted++;
            return;
        }
        try {
            FileChannel open = opened();
            while (text.hasRemaining()) {
                bytes += open.write(text);
            }
            samples++;
        } catch (IOException e) {
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

    public Path path() {
        return path;
    }

    public synchronized long bytes() {
        return bytes;
    }

    /** In the file. */
    public synchronized long samples() {
        return samples;
    }

    /** Samples that are not in the file, because it is full or the disk is. */
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
