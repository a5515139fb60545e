// SPDX-License-Identifier: Apache-2.0
package io.nltap.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.netlink.analysis.Analysis;
import io.nltap.netlink.analysis.Settings;
import io.nltap.netlink.analysis.Summary;
import io.nltap.netlink.pcapng.CaptureReader;
import io.nltap.netlink.pcapng.CapturedPacket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What captures of real commands come to, in files beside this class; {@code -Dupdate} writes them anew. */
class GoldenSummaryTest {
    private static final Path CAPTURES = Path.of("../netlink/src/test/resources/io/nltap/netlink/captures");
    private static final Path GOLDEN = Path.of("src/test/resources/io/nltap/report/golden");

    @ParameterizedTest
    @ValueSource(strings = {"nft-add", "nft-bad", "route-add-bad", "monitor", "link-add-veth", "many-addresses"})
    void isAsItWas(String name) throws Exception {
        List<String> changes = new ArrayList<>();
        Analysis analysis = new Analysis(Settings.USUAL, change -> changes.add(ChangeJson.line(change)));
        CaptureReader reader = CaptureReader.of(ByteBuffer.wrap(Files.readAllBytes(CAPTURES.resolve(name + ".pcap"))));
        for (Optional<CapturedPacket> packet = reader.next(); packet.isPresent(); packet = reader.next()) {
            analysis.accept(packet.get());
        }

        Summary summary = analysis.summary();

        byte[] json = SummaryJson.write(summary);
        SummaryJsonTest.assertFitsSchema(json);
        assertThat(SummaryJson.read(json)).isEqualTo(summary);
        for (String line : changes) {
            assertThat(ChangeJson.line(ChangeJson.read(line))).isEqualTo(line);
        }
        same(name + ".summary.json", new String(json, StandardCharsets.UTF_8) + "\n");
        same(name + ".changes.ndjson", String.join("\n", changes) + "\n");
    }

    private static void same(String file, String now) throws Exception {
        Path golden = GOLDEN.resolve(file);
        if (System.getProperty("update") != null) {
            Files.createDirectories(GOLDEN);
            Files.writeString(golden, now);
        }
        assertThat(now).isEqualTo(Files.readString(golden));
    }
}
