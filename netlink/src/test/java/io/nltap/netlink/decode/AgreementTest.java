// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.netlink.TestProgram;
import io.nltap.netlink.message.NetlinkReader;
import io.nltap.netlink.pcapng.CaptureReader;
import io.nltap.netlink.pcapng.CapturedPacket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Values of real captures in our eyes and in those of others: what {@code ip -j}, {@code nft -j}, {@code conntrack -o xml},
 * {@code ip xfrm}, {@code ipvsadm}, {@code ovs-dpctl}, {@code wg} and {@code iw} printed while they were captured, and what
 * pyroute2 and tshark make of the same bytes.
 */
class AgreementTest {
    private static final Path HERE = Path.of("src/test/resources/io/nltap/netlink/decode");
    private static final Path CAPTURES = HERE.resolve("captures");

    @TempDir
    Path ours;

    @ParameterizedTest
    @CsvSource({
        "ip, 600",
        "nft, 40",
        "conntrack, 70",
        "xfrm, 30",
        "ipvs, 30",
        "ovs, 20",
        "wireguard, 18",
        "wifi, 30",
        "pyroute2, 10000",
        "tshark, 200"
    })
    void agreesWith(String judge, int least) throws Exception {
        for (String name : names()) {
            Files.write(ours.resolve(name + ".jsonl"), lines(name, MessageJson::of));
        }

        // Debian's own Python has python3-pyroute2
        List<String> verdict = TestProgram.run(
                "/usr/bin/python3",
                HERE.resolve("agreement.py").toString(),
                judge,
                CAPTURES.toString(),
                ours.toString());

        assertThat(verdict.get(0)).endsWith(" values compared");
        assertThat(Integer.parseInt(verdict.get(0).split(" ")[0])).isGreaterThanOrEqualTo(least);
    }

    @Test
    void leavesNothingUnexplainedOfTheMessagesOfTheTables() throws Exception {
        List<String> unexplained = new ArrayList<>();
        for (String name : names()) {
            lines(name, DecodedMessage::toString).stream()
                    .filter(line -> line.matches(".*( payload=|attribute_[0-9]+=|no_attribute=|more=).*"))
                    .map(line -> name + ": " + line)
                    .forEach(unexplained::add);
        }

        assertThat(unexplained).isEmpty();
    }

    @Test
    void neverShowsAKey() throws Exception {
        for (String name : List.of("xfrm-make", "xfrm-state", "wireguard", "wireguard-dump")) {
            String all =
                    String.join("\n", lines(name, MessageJson::of)) + String.join("\n", lines(name, MessageText::of));

            assertThat(all)
                    .contains("\"secret\":32", "(key of 32 bytes)")
                    .doesNotContain("4b65794b6579", "536563726574", "507269766174654b6579", "5368617265644b6579");
        }
    }

    private static List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(CAPTURES)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".pcap"))
                    .map(name -> name.substring(0, name.length() - ".pcap".length()))
                    .sorted()
                    .toList();
        }
    }

    private interface Printer {
        String print(DecodedMessage message);
    }

    private static List<String> lines(String name, Printer printer) throws IOException {
        Decoder decoder = new Decoder(Tables.builtIn());
        CaptureReader reader = CaptureReader.of(ByteBuffer.wrap(Files.readAllBytes(CAPTURES.resolve(name + ".pcap"))));
        List<String> lines = new ArrayList<>();
        for (Optional<CapturedPacket> next = reader.next(); next.isPresent(); next = reader.next()) {
            CapturedPacket packet = next.get();
            NetlinkReader message = new NetlinkReader(packet.datagram(), packet.originalLength());
            while (message.next()) {
                lines.add(printer.print(decoder.decode(packet.protocol(), message)));
            }
        }
        return lines;
    }
}
