// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.spool;

import io.nltap.agent.frame.ClosedSegment;
import io.nltap.agent.frame.DiskSpace;
import io.nltap.api.v1alpha1.Artifact;
import io.nltap.api.v1alpha1.ArtifactKey;
import io.nltap.api.v1alpha1.ArtifactKind;
import io.nltap.api.v1alpha1.Compression;
import io.nltap.api.v1alpha1.Format;
import io.nltap.api.v1alpha1.Segment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of one session. {@link DiskSpace} and the getters may be used by any thread; a segment is packed and
 * confirmed by one thread at a time.
 */
public final class SpoolSession implements DiskSpace {
    private static final Logger LOG = LoggerFactory.getLogger(SpoolSession.class);
    private static final DateTimeFormatter RFC3339_NANOS =
            new DateTimeFormatterBuilder().appendInstant(9).toFormatter();

    private final Path directory;
    private final SpoolOrder order;
    private final SpoolBudget budget;
    private final SegmentPacker packer = new SegmentPacker(this);
    private final AtomicLong held = new AtomicLong();
    private final ConcurrentSkipListMap<Integer, Segment> segments = new ConcurrentSkipListMap<>();
    private final List<ClosedSegment> unpacked;
    private final NodeFiles files;

    /**
     * @param bytes what the directory holds already; must have been taken from the budget
     * @param packed what is packed or in the store already
     * @param unpacked segments that are whole and not packed
     */
    SpoolSession(
            Path directory,
            SpoolOrder order,
            SpoolBudget budget,
            long bytes,
            List<Segment> packed,
            List<ClosedSegment> unpacked) {
        this.directory = directory;
        this.order = order;
        this.budget = budget;
        this.held.set(bytes);
        packed.forEach(segment -> segments.put(segment.number(), segment));
        this.unpacked = List.copyOf(unpacked);
        this.files = new NodeFiles(directory, order, this);
    }

    public SpoolOrder order() {
        return order;
    }

    /** What there is beside segments. */
    public NodeFiles files() {
        return files;
    }

    /** Where segments are to be written. */
    public Path directory() {
        return directory;
    }

    @Override
    public boolean reserve(long bytes) {
        boolean reserved = budget.reserve(bytes);
        if (reserved) {
            held.addAndGet(bytes);
        }
        return reserved;
    }

    @Override
    public void release(long bytes) {
        held.addAndGet(-bytes);
        budget.release(bytes);
    }

    /** Bytes that this session keeps on the disk, or has reserved. */
    public long heldBytes() {
        return held.get();
    }

    /** Segments that an agent before this one closed, or that were made whole after it, and that are to be packed. */
    public List<ClosedSegment> unpacked() {
        return unpacked;
    }

    /** Packed segments in the order of their numbers, both those in the store and those that wait. */
    public List<Segment> segments() {
        return List.copyOf(segments.values());
    }

    /**
     * Compresses a closed segment as the order says, and finds size and SHA-256 of what is to be uploaded. Where there is
     * no room for the compressed copy, the segment stays as it is and its key says so: late and large beats lost.
     *
     * @throws IOException when the segment cannot be read
     */
    public Segment pack(ClosedSegment closed) throws IOException {
        Segment packed = order.compression() == Compression.NONE && order.format() == Format.PCAPNG
                ? keep(closed)
                : make(closed).orElse(null);
        if (packed == null) {
            packed = keep(closed);
        }
        segments.put(packed.number(), packed);
        return packed;
    }

    private Optional<Segment> make(ClosedSegment closed) {
        Path source = path(ClosedSegment.fileName(closed.number()));
        List<Artifact> made = new ArrayList<>();
        try {
            if (order.format() == Format.PCAP) {
                make(closed, ArtifactKind.PCAP, SegmentPacker.pcap(source), made);
                make(closed, ArtifactKind.ATTRIBUTION, SegmentPacker.attribution(source), made);
            } else {
                make(closed, ArtifactKind.PCAPNG, SegmentPacker.whole(source), made);
            }
            Segment segment = segment(closed, made.get(0), made.size() > 1 ? made.get(1) : null);
            SpoolFiles.writeJson(record(closed.number()), segment); // from here on the copy is what counts
            delete(source, closed.bytes());
            return Optional.of(segment);
        } catch (IOException e) {
            unmake(made);
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("capture", order.capture().name())
                    .addKeyValue("segment", closed.number())
                    .log("segment stays uncompressed");
            return Optional.empty();
        }
    }

    private void make(ClosedSegment closed, ArtifactKind kind, SegmentPacker.Content content, List<Artifact> made)
            throws IOException {
        ArtifactKey key = key(closed.number(), kind, order.compression());
        Path target = path(key.fileName());
        Path part = path(target.getFileName() + SpoolFiles.PART);
        Files.deleteIfExists(part);
        SegmentPacker.Packed packed = packer.compress(content, part, order.compression());
        made.add(new Artifact(key.toString(), packed.size(), packed.sha256()));
        SpoolFiles.rename(part, target);
    }

    private void unmake(List<Artifact> made) {
        for (Artifact each : made) {
            Path target = file(each.key());
            try {
                Files.deleteIfExists(target);
                Files.deleteIfExists(path(target.getFileName() + SpoolFiles.PART));
                release(each.size());
            } catch (IOException e) {
                LOG.atWarn()
                        .setCause(e)
                        .addKeyValue("file", target)
                        .log("a copy that is not needed stays in the spool");
            }
        }
    }

    private Segment keep(ClosedSegment closed) throws IOException {
        SegmentPacker.Packed packed = SegmentPacker.digest(path(ClosedSegment.fileName(closed.number())));
        String key = key(closed.number(), ArtifactKind.PCAPNG, Compression.NONE).toString();
        Segment segment = segment(closed, new Artifact(key, packed.size(), packed.sha256()), null);
        try {
            SpoolFiles.writeJson(record(closed.number()), segment);
        } catch (IOException e) { // a full disk: without this file a next agent would just read the segment again
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("capture", order.capture().name())
                    .addKeyValue("segment", closed.number())
                    .log("record of segment not written");
        }
        return segment;
    }

    /** The bytes to upload. */
    public Path file(Segment segment) {
        return file(segment.key());
    }

    /** The bytes to upload under a key. */
    public Path file(String key) {
        return path(ArtifactKey.parse(key)
                .orElseThrow(() -> new IllegalArgumentException(key + " is no key of an artifact"))
                .fileName());
    }

    /**
     * The store has it: deletes the file and remembers the rest.
     *
     * @return the segment, marked as stored
     */
    public Segment confirm(Segment segment) throws IOException {
        Segment stored = segment.stored(true);
        segments.put(stored.number(), stored);
        Path record = record(stored.number());
        try {
            SpoolFiles.writeJson(record, stored);
            deleteFiles(segment);
        } catch (IOException e) { // no room for a few bytes: there is when the file is gone
            deleteFiles(segment);
            SpoolFiles.writeJson(record, stored);
        }
        return stored;
    }

    /**
     * Removes the directory and all that is in it.
     *
     * @throws IllegalStateException when a segment or another file is not in the store yet
     */
    public void finish() throws IOException {
        List<Integer> waiting = waiting().stream().map(Segment::number).toList();
        if (!waiting.isEmpty()) {
            throw new IllegalStateException("segments %s of %s are not in the store yet".formatted(waiting, directory));
        }
        if (!files.waiting().isEmpty()) {
            throw new IllegalStateException("%s of %s are not in the store yet".formatted(files.waiting(), directory));
        }
        removeAll();
    }

    /**
     * Gives up: removes the directory with all that is in it.
     *
     * @return packed segments that are not in the store and never will be
     */
    public List<Segment> discard() throws IOException {
        List<Segment> given = waiting();
        removeAll();
        return given;
    }

    private List<Segment> waiting() {
        return segments.values().stream().filter(each -> !each.stored()).toList();
    }

    private void removeAll() throws IOException {
        // The order goes last: as long as a file is left, the next agent can find out whose it is.
        for (Path file : SpoolFiles.list(directory)) {
            if (!file.endsWith(Spool.ORDER)) {
                Files.delete(file);
            }
        }
        Files.deleteIfExists(directory.resolve(Spool.ORDER));
        Files.delete(directory);
        release(held.get());
    }

    private void deleteFiles(Segment segment) throws IOException {
        delete(file(segment), segment.size());
        Artifact attribution = segment.attribution();
        if (attribution != null) {
            delete(file(attribution.key()), attribution.size());
        }
    }

    private void delete(Path file, long size) throws IOException {
        try {
            Files.delete(file);
            release(size);
        } catch (NoSuchFileException e) {
            LOG.atWarn().addKeyValue("file", file).log("segment was deleted by somebody else");
        }
    }

    private static Segment segment(ClosedSegment closed, Artifact capture, @Nullable Artifact attribution) {
        return new Segment(
                closed.number(),
                capture.key(),
                closed.frames(),
                closed.messages(),
                capture.size(),
                capture.sha256(),
                rfc3339(closed.firstTimeNanos()),
                rfc3339(closed.lastTimeNanos()),
                false,
                attribution);
    }

    private ArtifactKey key(int number, ArtifactKind kind, Compression compression) {
        return new ArtifactKey(order.capture(), order.node(), number, kind, compression);
    }

    private Path record(int number) {
        return path(number + Spool.RECORD);
    }

    private Path path(String fileName) {
        return directory.resolve(fileName);
    }

    private static String rfc3339(long nanos) {
        return RFC3339_NANOS.format(Instant.ofEpochSecond(0, nanos));
    }
}
