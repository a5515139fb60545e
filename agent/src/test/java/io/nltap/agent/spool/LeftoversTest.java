// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.spool;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.agent.frame.ClosedSegment;
import io.nltap.api.v1alpha1.Compression;
import io.nltap.api.v1alpha1.Segment;
import io.nltap.netlink.pcapng.CaptureReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the next agent makes of the files of one that was killed. */
class LeftoversTest {
    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochSecond(1_750_000_100L), ZoneOffset.UTC);
    private static final String UID = "0b1c6f1e-6d0e-4c63-9c7f-1f2b5d0a7b11";
    private static final SpoolOrder ORDER = SpoolTest.order(UID, Compression.ZSTD);

    @TempDir
    Path root;

    private Path directory;

    @BeforeEach
    void directory() {
        directory = root.resolve(UID);
    }

    @Test
    void knowsWhoseSegmentsTheyAre() throws IOException {
        try (Spool killed = spool()) {
            killed.begin(ORDER);
        }

        assertThat(recovered().order()).isEqualTo(ORDER);
    }

    /** Wherever the kill hit, the file is cut behind the last frame that is whole, and is a pcapng of its own. */
    @Test
    void makesTheOpenSegmentWholeWhereverItWasCut() throws IOException {
        byte[] whole;
        try (Spool killed = spool()) {
            SegmentFiles.write(killed.begin(ORDER), 0, 4);
            whole = Files.readAllBytes(directory.resolve("0.pcapng"));
            Files.delete(directory.resolve("0.pcapng"));
        }
        int longest = 0;
        for (int length = 0; length <= whole.length; length++) {
            Files.write(directory.resolve("0.pcapng.part"), Arrays.copyOf(whole, length));

            SpoolSession session = recovered();

            int frames = 0;
            if (!session.unpacked().isEmpty()) {
                ClosedSegment closed = session.unpacked().get(0);
                byte[] repaired = Files.readAllBytes(directory.resolve("0.pcapng"));
                CaptureReader reader = CaptureReader.of(ByteBuffer.wrap(repaired));
                while (reader.next().isPresent()) {
                    frames++;
                }
                assertThat(reader.problems()).as("cut at %d", length).isEmpty();
                assertThat(reader.statistics()).as("cut at %d", length).hasSize(1);
                assertThat(closed)
                        .isEqualTo(new ClosedSegment(
                                0,
                                frames,
                                2L * frames,
                                repaired.length,
                                SegmentFiles.T0,
                                SegmentFiles.T0 + frames - 1));
                Files.delete(directory.resolve("0.pcapng"));
            }
            assertThat(frames).as("cut at %d", length).isGreaterThanOrEqualTo(longest);
            longest = frames;
            assertThat(directory.resolve("0.pcapng.part")).doesNotExist();
        }
        assertThat(longest).isEqualTo(4);
    }

    @Test
    void cutsTheZerosThatAPowerCutLeaves() throws IOException {
        try (Spool killed = spool()) {
            SegmentFiles.write(killed.begin(ORDER), 0, 4);
        }
        byte[] whole = Files.readAllBytes(directory.resolve("0.pcapng"));
        Files.write(directory.resolve("0.pcapng.part"), Arrays.copyOf(whole, whole.length + 4096));
        Files.delete(directory.resolve("0.pcapng"));

        ClosedSegment closed = recovered().unpacked().get(0);

        assertThat(closed.frames()).isEqualTo(4);
        assertThat(directory.resolve("0.pcapng")).hasBinaryContent(whole);
    }

    @Test
    void saysInTheFileThatDropsAreNotKnown() throws IOException {
        try (Spool killed = spool()) {
            SegmentFiles.write(killed.begin(ORDER), 0, 4);
        }
        byte[] whole = Files.readAllBytes(directory.resolve("0.pcapng"));
        Files.delete(directory.resolve("0.pcapng"));
        Files.write(directory.resolve("0.pcapng.part"), Arrays.copyOf(whole, whole.length - 1));

        recovered();

        CaptureReader reader = CaptureReader.of(ByteBuffer.wrap(Files.readAllBytes(directory.resolve("0.pcapng"))));
        while (reader.next().isPresent()) {
            // reads it all
        }
        assertThat(reader.statistics()).singleElement().satisfies(each -> {
            assertThat(each.comment()).contains("killed");
            assertThat(each.systemDropped()).isEmpty();
        });
    }

    @Test
    void packsAgainWhatWasBeingPacked() throws IOException {
        ClosedSegment closed;
        try (Spool killed = spool()) {
            closed = SegmentFiles.write(killed.begin(ORDER), 5, 4);
        }
        Files.writeString(directory.resolve("5.pcapng.zst.part"), "half");

        SpoolSession session = recovered();

        assertThat(session.unpacked()).containsExactly(closed);
        assertThat(SegmentFiles.names(session)).containsExactlyInAnyOrder("order.json", "5.pcapng");
        assertThat(session.pack(session.unpacked().get(0)).key()).endsWith("/5.pcapng.zst");
    }

    @Test
    void killedBetweenTheCopyAndItsRecordPacksAgain() throws IOException {
        ClosedSegment closed;
        try (Spool killed = spool()) {
            closed = SegmentFiles.write(killed.begin(ORDER), 5, 4);
        }
        Files.writeString(directory.resolve("5.pcapng.zst"), "whole, but nobody knows");
        Files.writeString(directory.resolve("5.json.part"), "{");

        SpoolSession session = recovered();

        assertThat(session.unpacked()).containsExactly(closed);
        assertThat(SegmentFiles.names(session)).containsExactlyInAnyOrder("order.json", "5.pcapng");
    }

    @Test
    void killedBeforeTheOriginalWasDeletedKeepsThePackedOne() throws IOException {
        Segment packed;
        byte[] original;
        try (Spool killed = spool()) {
            SpoolSession session = killed.begin(ORDER);
            ClosedSegment closed = SegmentFiles.write(session, 5, 4);
            original = Files.readAllBytes(directory.resolve("5.pcapng"));
            packed = session.pack(closed);
        }
        Files.write(directory.resolve("5.pcapng"), original);

        SpoolSession session = recovered();

        assertThat(session.unpacked()).isEmpty();
        assertThat(session.segments()).containsExactly(packed);
        assertThat(SegmentFiles.names(session)).containsExactlyInAnyOrder("order.json", "5.json", "5.pcapng.zst");
    }

    @Test
    void remembersWhatIsInTheStore() throws IOException {
        Segment stored;
        try (Spool killed = spool()) {
            SpoolSession session = killed.begin(ORDER);
            stored = session.confirm(session.pack(SegmentFiles.write(session, 0, 4)));
            session.pack(SegmentFiles.write(session, 1, 4));
        }

        SpoolSession session = recovered();

        assertThat(session.segments()).extracting(Segment::number).containsExactly(0, 1);
        assertThat(session.segments().get(0)).isEqualTo(stored);
        assertThat(session.segments().get(1).stored()).isFalse();
    }

    @Test
    void countsLeftoversAgainstTheBound() throws IOException {
        long bytes;
        try (Spool killed = spool()) {
            bytes = SegmentFiles.write(killed.begin(ORDER), 0, 100).bytes();
        }

        try (Spool next = Spool.open(root, bytes + 10, CLOCK)) {
            SpoolSession session = next.leftovers().sessions().get(0);

            assertThat(next.usedBytes()).isEqualTo(bytes);
            assertThat(session.reserve(11)).isFalse();
            session.discard();
            assertThat(next.usedBytes()).isZero();
        }
    }

    @Test
    void countsWhatItCannotRecoverAgainstTheBound() throws IOException {
        long bytes;
        try (Spool killed = spool()) {
            bytes = SegmentFiles.write(killed.begin(ORDER), 0, 100).bytes();
        }
        Files.writeString(directory.resolve("order.json"), "{ no json");

        try (Spool next = spool()) {
            Spool.Leftovers leftovers = next.leftovers();

            assertThat(leftovers.sessions()).isEmpty();
            assertThat(leftovers.problems())
                    .singleElement()
                    .asString()
                    .contains("cannot read the order in " + directory);
            assertThat(next.usedBytes()).isEqualTo(bytes);
        }
    }

    @Test
    void removesADirectoryThatHasNotEvenAnOrder() throws IOException {
        Files.createDirectory(directory);
        Files.writeString(directory.resolve("order.json.part"), "{");

        try (Spool next = spool()) {
            assertThat(next.leftovers().problems()).isEmpty();
        }
        assertThat(directory).doesNotExist();
    }

    @Test
    void tellsOfWhatItCannotRecoverAndGoesOn() throws IOException {
        try (Spool killed = spool()) {
            SpoolSession session = killed.begin(ORDER);
            SegmentFiles.write(session, 1, 4);
            SegmentFiles.write(killed.begin(SpoolTest.order("ownerless", Compression.ZSTD)), 0, 4);
        }
        Files.delete(root.resolve("ownerless/order.json"));
        Files.writeString(root.resolve("stray"), "");
        Files.createSymbolicLink(root.resolve("link"), directory);
        Files.createSymbolicLink(directory.resolve("0.pcapng"), Path.of("/etc/passwd"));
        Files.writeString(directory.resolve("2.pcapng"), "no capture at all");
        Files.writeString(directory.resolve("3.json"), "{ no json");

        try (Spool next = spool()) {
            Spool.Leftovers leftovers = next.leftovers();

            assertThat(leftovers.sessions())
                    .singleElement()
                    .satisfies(session -> assertThat(session.unpacked())
                            .extracting(ClosedSegment::number)
                            .containsExactly(1));
            assertThat(leftovers.problems())
                    .hasSize(7)
                    .anySatisfy(each -> assertThat(each).contains("order.json"));
            assertThat(String.join("\n", leftovers.problems()))
                    .contains("stray", "link", "segment 0", "2.pcapng", "segment 3");
        }
        assertThat(Path.of("/etc/passwd")).exists();
    }

    private Spool spool() throws IOException {
        return Spool.open(root, 10_000_000, CLOCK);
    }

    private SpoolSession recovered() throws IOException {
        try (Spool next = spool()) {
            Spool.Leftovers leftovers = next.leftovers();
            assertThat(leftovers.problems()).isEmpty();
            return leftovers.sessions().get(0);
        }
    }
}
