// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.github.luben.zstd.ZstdInputStream;
import io.nltap.agent.frame.ClosedSegment;
import io.nltap.api.v1alpha1.CaptureRef;
import io.nltap.api.v1alpha1.Compression;
import io.nltap.api.v1alpha1.Format;
import io.nltap.api.v1alpha1.Segment;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SpoolTest {
    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochSecond(1_750_000_100L), ZoneOffset.UTC);
    private static final String UID = "0b1c6f1e-6d0e-4c63-9c7f-1f2b5d0a7b11";
    private static final long MAX = 10_000_000;

    @TempDir
    Path temporary;

    private Path root;
    private Spool spool;

    @BeforeEach
    void open() throws IOException {
        root = temporary.resolve("spool");
        spool = Spool.open(root, MAX, CLOCK);
    }

    @AfterEach
    void close() throws IOException {
        spool.close();
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void packsASegmentForUpload(Compression compression) throws Exception {
        SpoolSession session = spool.begin(order(UID, compression));
        ClosedSegment closed = SegmentFiles.write(session, 3, 500);
        byte[] original = Files.readAllBytes(session.directory().resolve("3.pcapng"));

        Segment packed = session.pack(closed);

        byte[] stored = Files.readAllBytes(session.file(packed));
        assertThat(unpacked(stored, compression)).isEqualTo(original);
        assertThat(packed.key()).isEqualTo("shop/why-slow/c0ffee/worker-1/3.pcapng" + compression.suffix());
        assertThat(packed.size()).isEqualTo(stored.length);
        assertThat(packed.sha256())
                .isEqualTo(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(stored)));
        assertThat(packed.frames()).isEqualTo(500);
        assertThat(packed.messages()).isEqualTo(1000);
        assertThat(packed.firstTime()).isEqualTo("2025-06-15T15:06:40.000000000Z");
        assertThat(packed.lastTime()).isEqualTo("2025-06-15T15:06:40.000000499Z");
        assertThat(packed.stored()).isFalse();
        assertThat(SegmentFiles.names(session))
                .containsExactlyInAnyOrder("order.json", "3.json", "3.pcapng" + compression.suffix());
        assertThat(spool.usedBytes()).isEqualTo(stored.length).isEqualTo(session.heldBytes());
    }

    @Test
    void compressionIsWorthIt() throws IOException {
        SpoolSession session = spool.begin(order(UID, Compression.ZSTD));
        ClosedSegment closed = SegmentFiles.write(session, 0, 2000);

        assertThat(session.pack(closed).size()).isLessThan(closed.bytes() / 4);
    }

    @Test
    void deletesWhatTheStoreHasAndRemembersIt() throws IOException {
        SpoolSession session = spool.begin(order(UID, Compression.ZSTD));
        Segment packed = session.pack(SegmentFiles.write(session, 0, 10));

        Segment stored = session.confirm(packed);

        assertThat(stored.stored()).isTrue();
        assertThat(session.segments()).containsExactly(stored);
        assertThat(SegmentFiles.names(session)).containsExactlyInAnyOrder("order.json", "0.json");
        assertThat(spool.usedBytes()).isZero();
    }

    @Test
    void leavesNothingOfAFinishedSession() throws IOException {
        SpoolSession session = spool.begin(order(UID, Compression.ZSTD));
        session.confirm(session.pack(SegmentFiles.write(session, 0, 10)));

        session.finish();

        assertThat(root).isDirectoryNotContaining(path -> !path.endsWith(".lock"));
        assertThat(spool.usedBytes()).isZero();
    }

    @Test
    void doesNotFinishWhileASegmentWaits() throws IOException {
        SpoolSession session = spool.begin(order(UID, Compression.ZSTD));
        Segment packed = session.pack(SegmentFiles.write(session, 7, 10));

        assertThatIllegalStateException().isThrownBy(session::finish).withMessageContaining("[7]");
        assertThat(session.file(packed)).exists();
    }

    @Test
    void tellsWhatItGaveUp() throws IOException {
        SpoolSession session = spool.begin(order(UID, Compression.ZSTD));
        session.confirm(session.pack(SegmentFiles.write(session, 0, 10)));
        Segment waiting = session.pack(SegmentFiles.write(session, 1, 10));

        assertThat(session.discard()).containsExactly(waiting);
        assertThat(session.directory()).doesNotExist();
        assertThat(spool.usedBytes()).isZero();
    }

    @Test
    void allSessionsTogetherStayBelowTheBound() throws IOException {
        SpoolSession one = spool.begin(order(UID, Compression.ZSTD));
        SpoolSession other = spool.begin(order("other", Compression.ZSTD));

        assertThat(one.reserve(MAX - 10)).isTrue();
        assertThat(other.reserve(11)).isFalse();
        assertThat(other.reserve(10)).isTrue();
        one.release(1000);
        assertThat(other.reserve(1000)).isTrue();
        assertThat(other.reserve(Long.MAX_VALUE)).isFalse();
        assertThat(spool.usedBytes()).isEqualTo(MAX);
    }

    @Test
    void keepsASegmentUncompressedWhereThereIsNoRoomForTheCopy() throws IOException {
        SpoolSession session = spool.begin(order(UID, Compression.ZSTD));
        ClosedSegment closed = SegmentFiles.write(session, 0, 500);
        session.reserve(MAX - spool.usedBytes());

        Segment packed = session.pack(closed);

        assertThat(packed.key()).endsWith("/0.pcapng");
        assertThat(packed.size()).isEqualTo(closed.bytes()).isEqualTo(Files.size(session.file(packed)));
        assertThat(SegmentFiles.names(session)).containsExactlyInAnyOrder("order.json", "0.json", "0.pcapng");
        assertThat(spool.usedBytes()).isEqualTo(MAX);
    }

    @Test
    void nobodyElseMayReadTheSpool() throws IOException {
        SpoolSession session = spool.begin(order(UID, Compression.ZSTD));
        session.pack(SegmentFiles.write(session, 0, 10));

        Set<PosixFilePermission> file = PosixFilePermissions.fromString("rw-------");
        Set<PosixFilePermission> directory = PosixFilePermissions.fromString("rwx------");
        try (var all = Files.walk(root)) {
            assertThat(all)
                    .allSatisfy(each -> assertThat(Files.getPosixFilePermissions(each))
                            .isEqualTo(Files.isDirectory(each) ? directory : file));
        }
    }

    @Test
    void takesAwayTheRightsOfOthersOnADirectoryThatWasThere() throws IOException {
        Path open = Files.createDirectory(temporary.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));

        Spool.open(open, MAX, CLOCK).close();

        assertThat(Files.getPosixFilePermissions(open)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void refusesASymbolicLinkAsRoot() throws IOException {
        Path link = Files.createSymbolicLink(temporary.resolve("link"), root);

        assertThatExceptionOfType(NotDirectoryException.class)
                .isThrownBy(() -> Spool.open(link, MAX, CLOCK))
                .withMessageContaining("symbolic link");
    }

    @Test
    void refusesASymbolicLinkAsSegment() throws IOException {
        SpoolSession session = spool.begin(order(UID, Compression.ZSTD));
        Path secret = Files.writeString(temporary.resolve("secret"), "secret");
        Files.createSymbolicLink(session.directory().resolve("0.pcapng"), secret);

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> session.pack(new ClosedSegment(0, 1, 1, 6, 0, 0)));
        assertThat(secret).exists();
    }

    @Test
    void oneAgentAtATime() throws IOException {
        assertThatExceptionOfType(SpoolInUseException.class)
                .isThrownBy(() -> Spool.open(root, MAX, CLOCK))
                .withMessageContaining(root.toString());

        spool.close();
        spool = Spool.open(root, MAX, CLOCK);

        assertThat(spool.maxBytes()).isEqualTo(MAX);
    }

    @Test
    void doesNotMixTwoSessions() throws IOException {
        spool.begin(order(UID, Compression.ZSTD));

        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> spool.begin(order(UID, Compression.ZSTD)));
    }

    @Test
    void anOrderCannotClimbOutOfTheSpool() {
        assertThatIllegalArgumentException().isThrownBy(() -> order("../etc", Compression.ZSTD));
        assertThatIllegalArgumentException().isThrownBy(() -> order("..", Compression.ZSTD));
        assertThatIllegalArgumentException().isThrownBy(() -> order("", Compression.ZSTD));
    }

    static SpoolOrder order(String uid, Compression compression) {
        return order(uid, compression, Format.PCAPNG);
    }

    static SpoolOrder order(String uid, Compression compression, Format format) {
        return new SpoolOrder(
                uid,
                "nltap",
                "why-slow-1a2b3c",
                new CaptureRef("shop", "why-slow", "c0ffee"),
                "worker-1",
                "https://gateway:8443",
                compression,
                format);
    }

    private static byte[] unpacked(byte[] bytes, Compression compression) throws IOException {
        InputStream in = new ByteArrayInputStream(bytes);
        return switch (compression) {
            case ZSTD -> new ZstdInputStream(in).readAllBytes();
            case GZIP -> new GZIPInputStream(in).readAllBytes();
            case NONE -> in.readAllBytes();
        };
    }
}
