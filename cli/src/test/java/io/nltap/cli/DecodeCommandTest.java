// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecodeCommandTest {
    private static final Path CAPTURE =
            Path.of("../netlink/src/test/resources/io/nltap/netlink/captures/route-add-bad.pcap");

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private InputStream standardInput = InputStream.nullInputStream();

    private int decode(Object... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "decode";
        for (int i = 0; i < arguments.length; i++) {
            all[i + 1] = arguments[i].toString();
        }
        return Nltap.commandLine(
                        (order, verbose) -> ExitCode.FAILED,
                        standardInput,
                        new PrintWriter(out, true),
                        new PrintWriter(err, true))
                .execute(all);
    }

    private List<String> lines() {
        return out.toString().lines().toList();
    }

    @Test
    void printsALineForEachMessage() {
        assertThat(decode(CAPTURE)).isZero();

        assertThat(lines()).hasSize(2);
        assertThat(lines().get(0))
                .startsWith("2026-11-2")
                .contains("ROUTE RTM_NEWROUTE REQUEST|ACK|EXCL|CREATE", "RTA_DST=203.0.113.0", "RTA_GATEWAY=10.9.9.9");
        assertThat(lines().get(1)).contains("NLMSG_ERROR ENETUNREACH to RTM_NEWROUTE", "Nexthop has invalid gateway");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void printsJsonLines() throws IOException {
        assertThat(decode("--json", CAPTURE)).isZero();

        JsonNode error = new ObjectMapper().readTree(lines().get(1));
        assertThat(error.get("errno").asText()).isEqualTo("ENETUNREACH");
        assertThat(error.at("/request/attributes/RTA_GATEWAY").asText()).isEqualTo("10.9.9.9");
        assertThat(error.get("time").asText()).endsWith("Z");
    }

    @Test
    void readsCompressedFilesAndStandardInput() throws IOException {
        decode(CAPTURE);
        String plain = out.toString();
        byte[] bytes = Files.readAllBytes(CAPTURE);
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (GZIPOutputStream packed = new GZIPOutputStream(gzip)) {
            packed.write(bytes);
        }

        for (byte[] file : List.of(bytes, gzip.toByteArray(), Zstd.compress(bytes))) {
            out.getBuffer().setLength(0);
            standardInput = new ByteArrayInputStream(file);
            assertThat(decode("-")).isZero();
            assertThat(out.toString()).isEqualTo(plain);
        }
    }

    @Test
    void printsWhatADamagedFileHasAndSaysWhereItEnds() throws IOException {
        byte[] bytes = Files.readAllBytes(CAPTURE);
        Path cut = Files.write(directory.resolve("cut.pcap"), Arrays.copyOf(bytes, bytes.length - 3));

        assertThat(decode(cut)).isEqualTo(3);

        assertThat(lines()).hasSize(1);
        assertThat(err.toString()).contains("cut.pcap, at byte ", "a record of ");
    }

    @Test
    void readsACompressedFileThatEndsTooSoonAsFarAsItGoes() throws IOException {
        byte[] packed = Zstd.compress(Files.readAllBytes(CAPTURE));
        Path cut = Files.write(directory.resolve("cut.zst"), Arrays.copyOf(packed, packed.length - 3));

        assertThat(decode(cut)).isEqualTo(1);

        assertThat(err.toString()).contains("cut.zst cannot be read");
    }

    @Test
    void saysWhenThereIsNoSuchFile() {
        assertThat(decode("/nowhere/x.pcap")).isEqualTo(1);

        assertThat(err.toString()).contains("nltap: /nowhere/x.pcap: there is no such file");
    }

    @Test
    void saysWhenAFileIsNoCapture() throws IOException {
        assertThat(decode(Files.writeString(directory.resolve("x"), "hello"))).isEqualTo(1);

        assertThat(err.toString()).contains("x is no capture: it begins neither like pcapng nor like pcap");
    }

    @Test
    void saysWhatToNameInADirectory() {
        assertThat(decode(directory)).isEqualTo(1);

        assertThat(err.toString()).contains("is a directory: name the capture file in it");
    }
}
