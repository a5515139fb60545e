// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.spool;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.api.v1alpha1.Artifact;
import io.nltap.api.v1alpha1.Compression;
import io.nltap.api.v1alpha1.Format;
import io.nltap.api.v1alpha1.Segment;
import io.nltap.netlink.pcapng.CaptureReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PcapFormatTest {
    private static final String UID = "5d0f1a3c-0001";
    private static final long MAX = 10_000_000;

    @TempDir
    Path temporary;

    private Spool spool;

    @BeforeEach
    void open() throws IOException {
        spool = Spool.open(temporary.resolve("spool"), MAX, Clock.systemUTC());
    }

    @AfterEach
    void close() throws IOException {
        spool.close();
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void packsACaptureAndWhoseItsPacketsAre(Compression compression) throws IOException {
        SpoolSession session = spool.begin(SpoolTest.order(UID, compression, Format.PCAP));

        Segment packed = session.pack(SegmentFiles.write(session, 3, 5));

        Artifact attribution = Objects.requireNonNull(packed.attribution());
        assertThat(packed.key()).isEqualTo("shop/why-slow/c0ffee/worker-1/3.pcap" + compression.suffix());
        assertThat(attribution.key())
                .isEqualTo("shop/why-slow/c0ffee/worker-1/3.attribution.ndjson" + compression.suffix());
        assertThat(attribution.size()).isEqualTo(Files.size(session.file(attribution.key())));
        assertThat(SegmentFiles.names(session))
                .containsExactlyInAnyOrder(
                        "order.json",
                        "3.json",
                        "3.pcap" + compression.suffix(),
                        "3.attribution.ndjson" + compression.suffix());
        assertThat(spool.usedBytes()).isEqualTo(packed.size() + attribution.size());
    }

    @Test
    void whatItPacksIsClassicPcapWithALineForEachPacket() throws IOException {
        SpoolSession session = spool.begin(SpoolTest.order(UID, Compression.NONE, Format.PCAP));

        Segment packed = session.pack(SegmentFiles.write(session, 0, 5));

        CaptureReader reader = CaptureReader.of(ByteBuffer.wrap(Files.readAllBytes(session.file(packed))));
        for (int i = 0; i < 5; i++) {
            assertThat(reader.next().orElseThrow().timestampNanos()).isEqualTo(SegmentFiles.T0 + i);
        }
        assertThat(reader.next()).isEmpty();
        assertThat(reader.problems()).isEmpty();
        List<String> lines = Files.readAllLines(
                session.file(Objects.requireNonNull(packed.attribution()).key()));
        assertThat(lines).hasSize(5).allMatch(line -> line.contains("\"interface\":\"shop/web-0\""));
        assertThat(lines.get(4)).startsWith("{\"packet\":5,");
    }

    @Test
    void bothAreDeletedWhenTheStoreHasThem() throws IOException {
        SpoolSession session = spool.begin(SpoolTest.order(UID, Compression.GZIP, Format.PCAP));

        session.confirm(session.pack(SegmentFiles.write(session, 0, 5)));

        assertThat(SegmentFiles.names(session)).containsExactlyInAnyOrder("order.json", "0.json");
        assertThat(spool.usedBytes()).isZero();
    }

    @Test
    void bothAreFoundAgainAfterTheAgentWasKilled() throws IOException {
        SpoolSession session = spool.begin(SpoolTest.order(UID, Compression.ZSTD, Format.PCAP));
        Segment packed = session.pack(SegmentFiles.write(session, 0, 5));
        SegmentFiles.write(session, 1, 7);
        spool.close();

        spool = Spool.open(temporary.resolve("spool"), MAX, Clock.systemUTC());
        SpoolSession found = spool.leftovers().sessions().get(0);

        assertThat(found.segments()).containsExactly(packed);
        assertThat(found.unpacked()).hasSize(1);
        assertThat(found.pack(found.unpacked().get(0)).key()).endsWith("/1.pcap.zst");
        assertThat(spool.leftovers().problems()).isEmpty();
    }
}
