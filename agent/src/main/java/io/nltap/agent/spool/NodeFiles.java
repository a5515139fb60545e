// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.spool;

import io.nltap.agent.frame.DiskSpace;
import io.nltap.api.v1alpha1.Artifact;
import io.nltap.api.v1alpha1.ArtifactKey;
import io.nltap.api.v1alpha1.ArtifactKind;
import io.nltap.api.v1alpha1.Compression;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The files of a session that are no segments, one of each kind: how far each of them is, from the first line until the store
 * has it. Used by one thread at a time; the getters by any.
 */
public final class NodeFiles {
    /** After the name of a file: it is in the store, and this is its size and SHA-256. */
    static final String STORED = ".stored";

    private static final String NEXT = SpoolFiles.PART + ".next";

    private static final int PIECE = 64 * 1024;

    private static final List<ArtifactKind> KINDS =
            Arrays.stream(ArtifactKind.values()).filter(ArtifactKind::isOfNode).toList();

    private final Path directory;
    private final SpoolOrder order;
    private final DiskSpace space;
    private final Map<ArtifactKind, Artifact> waiting = new ConcurrentSkipListMap<>();
    private final Map<ArtifactKind, Artifact> stored = new ConcurrentSkipListMap<>();

    NodeFiles(Path directory, SpoolOrder order, DiskSpace space) {
        this.directory = directory;
        this.order = order;
        this.space = space;
    }

    /** Where a file of that kind is written until it is {@link #seal sealed}. */
    public Path part(ArtifactKind kind) {
        return directory.resolve(name(kind) + SpoolFiles.PART);
    }

    /** Replaces what {@link #part} has. An agent that comes after this one finds all of it, or all of what was before. */
    public void rewrite(ArtifactKind kind, byte[] content) throws IOException {
        Path part = part(kind);
        long before = SpoolFiles.isFile(part) ? Files.size(part) : 0;
        if (!space.reserve(content.length)) {
            throw new IOException("the spool has no room for the %d bytes of %s".formatted(content.length, part));
        }
        Path next = next(kind);
        try {
            Files.deleteIfExists(next);
            try (FileChannel channel = SpoolFiles.create(next)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
            SpoolFiles.rename(next, part);
            space.release(before);
        } catch (IOException e) {
            Files.deleteIfExists(next);
            space.release(content.length);
            throw e;
        }
    }

    /**
     * Takes a file for whole, from which on it waits to be uploaded.
     *
     * @return empty when there is none, or nothing in it
     */
    public Optional<Artifact> seal(ArtifactKind kind) throws IOException {
        Path part = part(kind);
        if (SpoolFiles.isFile(part) && Files.size(part) == 0) {
            Files.delete(part);
        }
        if (SpoolFiles.isFile(part)) {
            try (FileChannel channel = SpoolFiles.open(part, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            SpoolFiles.rename(part, file(kind));
        }
        if (!SpoolFiles.isFile(file(kind))) {
            return Optional.empty();
        }
        SegmentPacker.Packed digest = SegmentPacker.digest(file(kind));
        Artifact artifact = new Artifact(key(kind), digest.size(), digest.sha256());
        waiting.put(kind, artifact);
        return Optional.of(artifact);
    }

    /** The store has it: deletes the file, and remembers the rest. */
    public void confirm(Artifact artifact) throws IOException {
        ArtifactKind kind = ArtifactKey.parse(artifact.key()).orElseThrow().kind();
        waiting.remove(kind);
        stored.put(kind, artifact);
        SpoolFiles.writeJson(directory.resolve(name(kind) + STORED), artifact);
        try {
            Files.delete(file(kind));
            space.release(artifact.size());
        } catch (NoSuchFileException e) {
            // Somebody else has deleted it: it is in the store, and that is what counts.
        }
    }

    /** Sealed files that are not in the store yet. */
    public List<Artifact> waiting() {
        return List.copyOf(waiting.values());
    }

    /** Files in the store. */
    public List<Artifact> stored() {
        return List.copyOf(stored.values());
    }

    /** What an agent before this one was writing; its last line is whole. */
    public boolean isUnfinished(ArtifactKind kind) {
        return SpoolFiles.isFile(part(kind));
    }

    /** Finds out how far an agent before this one came. */
    void recover() throws IOException {
        for (ArtifactKind kind : KINDS) {
            Files.deleteIfExists(next(kind));
            Path record = directory.resolve(name(kind) + STORED);
            if (SpoolFiles.isFile(record)) {
                stored.put(kind, SpoolFiles.readJson(record, Artifact.class));
                Files.deleteIfExists(file(kind));
            } else if (SpoolFiles.isFile(file(kind))) {
                seal(kind);
            } else if (SpoolFiles.isFile(part(kind)) && kind != ArtifactKind.SUMMARY) {
                cutToWholeLines(part(kind));
            }
        }
    }

    private static void cutToWholeLines(Path file) throws IOException {
        try (RandomAccessFile lines = new RandomAccessFile(file.toFile(), "rw")) {
            long end = lines.length();
            byte[] piece = new byte[PIECE];
            while (end > 0) {
                int length = (int) Math.min(piece.length, end);
                lines.seek(end - length);
                lines.readFully(piece, 0, length);
                for (int i = length - 1; i >= 0; i--) {
                    if (piece[i] == '\n') {
                        lines.setLength(end - length + i + 1);
                        return;
                    }
                }
                end -= length;
            }
            lines.setLength(0);
        }
    }

    private String key(ArtifactKind kind) {
        return ArtifactKey.ofNode(order.capture(), order.node(), kind, Compression.NONE)
                .toString();
    }

    private Path file(ArtifactKind kind) {
        return directory.resolve(name(kind));
    }

    private Path next(ArtifactKind kind) {
        return directory.resolve(name(kind) + NEXT);
    }

    private static String name(ArtifactKind kind) {
        return kind.extension();
    }
}
