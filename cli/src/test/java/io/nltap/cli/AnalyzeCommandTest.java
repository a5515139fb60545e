// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nltap.netlink.evidence.CaptureLosses;
import io.nltap.netlink.evidence.EvidenceSample;
import io.nltap.netlink.evidence.SocketRow;
import io.nltap.netlink.evidence.TapHealth;
import io.nltap.report.EvidenceJson;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnalyzeCommandTest {
    private static final Path CAPTURES = Path.of("../netlink/src/test/resources/io/nltap/netlink/captures");
    private static final long AT = 1_750_000_000L;

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int analyze(Object... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "analyze";
        for (int i = 0; i < arguments.length; i++) {
            all[i + 1] = arguments[i].toString();
        }
        return Nltap.commandLine(
                        (order, verbose) -> ExitCode.FAILED,
                        InputStream.nullInputStream(),
                        new PrintWriter(out, true),
                        new PrintWriter(err, true))
                .execute(all);
    }

    /** A pcap of one request for all addresses, by port 70. */
    private static byte[] oneDump() {
        ByteBuffer file = ByteBuffer.allocate(24 + 16 + 16 + 32).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(0xA1B2C3D4).putInt(0x0004_0002).putLong(0).putInt(262_144).putInt(253);
        file.putInt((int) AT).putInt(0).putInt(48).putInt(48);
        file.putShort((short) 0x0400).putShort((short) 0x3803).position(file.position() + 12);
        file.putInt(32).putShort((short) 22).putShort((short) 0x301).putInt(5).putInt(70);
        return file.array();
    }

    @Test
    void saysFirstWhetherSomethingHangs() {
        assertThat(analyze(CAPTURES.resolve("route-add-bad.pcap"))).isZero();

        assertThat(out.toString().lines().toList().get(0)).isEqualTo("Nothing was found to hang.");
        assertThat(out.toString())
                .contains("ENETUNREACH ROUTE RTM_NEWROUTE: Nexthop has invalid gateway")
                .contains("evidence is weaker because nothing was seen beside the wire");
    }

    @Test
    void addsTheFilesUp() throws Exception {
        assertThat(analyze("--json", CAPTURES.resolve("addr-show.pcap"), CAPTURES.resolve("nft-add.pcap")))
                .isZero();

        JsonNode summary = new ObjectMapper().readTree(out.toString());
        assertThat(summary.get("version").intValue()).isEqualTo(1);
        assertThat(summary.get("kinds").findValuesAsText("protocol")).contains("ROUTE", "NETFILTER");
    }

    @Test
    void writesAPageBesideWhatItPrints() throws Exception {
        Path page = directory.resolve("report.html");

        assertThat(analyze("--html", page, CAPTURES.resolve("route-add-bad.pcap")))
                .isZero();

        assertThat(out.toString()).startsWith("Nothing was found to hang.");
        assertThat(Files.readString(page))
                .contains("<h1>route-add-bad.pcap</h1>", "ENETUNREACH (101)", "Nexthop has invalid gateway");
    }

    @Test
    void saysWhereAPageCannotBeWritten() {
        Path page = directory.resolve("nowhere/report.html");

        assertThat(analyze("--html", page, CAPTURES.resolve("route-add-bad.pcap")))
                .isEqualTo(1);

        assertThat(err.toString()).startsWith("nltap: --html " + page + ": cannot write there: ");
    }

    @Test
    void printsEachChangeInALine() throws Exception {
        assertThat(analyze("--changes", CAPTURES.resolve("addr-add.pcap"))).isZero();

        JsonNode change = new ObjectMapper().readTree(out.toString());
        assertThat(change.get("action").asText()).isEqualTo("Added");
        assertThat(change.get("object").asText()).isEqualTo("192.0.2.1/24 dev 4");
        assertThat(change.get("proof").asText()).isEqualTo("Acknowledged");
    }

    @Test
    void looksAtWhatWasSeenBesideTheWireOfARecording() throws Exception {
        Files.write(directory.resolve("capture.pcapng"), oneDump());
        StringBuilder evidence = new StringBuilder("{\"cut\":\n");
        for (int second = 1; second < 9; second++) {
            long nanos = (AT + second) * 1_000_000_000L;
            SocketRow row = new SocketRow(0, 70, 0, 4352, OptionalLong.empty(), 0, true, 3, 0, 700);
            evidence.append(EvidenceJson.line(new EvidenceSample(
                            nanos,
                            "",
                            OptionalLong.empty(),
                            List.of(row),
                            List.of(),
                            List.of(),
                            new TapHealth(0, CaptureLosses.NONE, 0),
                            0)))
                    .append('\n');
        }
        Files.writeString(directory.resolve("evidence.ndjson"), evidence);

        assertThat(analyze(directory)).isEqualTo(ExitCode.INCOMPLETE.number());

        assertThat(out.toString())
                .startsWith("1 hang\n\nD1  somebody unknown does not read the answer that lies ready for it\n")
                .contains("what: ROUTE RTM_GETADDR seq 5")
                .contains("why: 4352 bytes lie unread in its socket (port 70)");
        assertThat(err.toString()).contains("evidence.ndjson, line 1: a line of evidence.ndjson is no JSON");
    }

    @Test
    void saysWhatIsWrongWithWhatItIsGiven() {
        assertThat(analyze(directory)).isEqualTo(1);
        assertThat(err.toString()).contains(directory + " holds no capture: neither capture.pcapng");

        assertThat(analyze(directory.resolve("none.pcap"))).isEqualTo(1);
        assertThat(err.toString()).contains("none.pcap: there is no such file");

        assertThat(analyze()).isEqualTo(2);
        assertThat(err.toString()).contains("Missing required parameter: 'FILE|DIR'");
    }

    @Test
    void saysThatAFileIsCutOff() throws Exception {
        byte[] whole = Files.readAllBytes(CAPTURES.resolve("nft-add.pcap"));
        Path cut = directory.resolve("cut.pcap");
        Files.write(cut, java.util.Arrays.copyOf(whole, whole.length - 5));

        assertThat(analyze(cut)).isEqualTo(ExitCode.INCOMPLETE.number());

        assertThat(err.toString()).contains("cut.pcap, at byte");
        assertThat(out.toString()).contains("requests: ");
    }
}
