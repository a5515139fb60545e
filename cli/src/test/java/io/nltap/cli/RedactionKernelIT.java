// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nltap.netlink.pcapng.CaptureReader;
import io.nltap.netlink.pcapng.CapturedPacket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys given to a real kernel by the usual programs, and every byte of what is left of the recording. */
class RedactionKernelIT {

    private static final int XFRM = 6;
    private static final int GENERIC = 16;

    private static final String AUTHENTICATION = "a1".repeat(20);
    private static final String ENCRYPTION = "b2".repeat(16);
    private static final String COMBINED = "c3".repeat(20);
    private static final String LINK = "d4".repeat(16);
    private static final String OTHER_LINK = "e5".repeat(16);
    private static final String PRIVATE = "f6".repeat(32);
    private static final String PRESHARED = "97".repeat(32);

    @TempDir
    private Path place;

    private Process space;

    @BeforeEach
    void namespace() throws Exception {
        space = new ProcessBuilder("unshare", "--net", "sh", "-c", "ip link set lo up; echo up; exec sleep infinity")
                .start();
        assertThat(space.inputReader().readLine()).isEqualTo("up");
    }

    @AfterEach
    void noNamespace() {
        space.destroyForcibly();
    }

    @Test
    void noKeyOfIpsecIsLeft() throws Exception {
        Path recording = record("keys", this::associate);

        assertThat(messages(recording, XFRM)).isGreaterThanOrEqualTo(8);
        assertThat(redaction(recording).get("attributes").asInt()).isGreaterThanOrEqualTo(6);
        assertThat(found(recording, AUTHENTICATION, ENCRYPTION, COMBINED)).isEmpty();
    }

    @Test
    void allKeysAreThereForWhoWantsThem() throws Exception {
        Path recording = record("none", this::associate);

        assertThat(redaction(recording).get("mode").asText()).isEqualTo("None");
        assertThat(found(recording, AUTHENTICATION, ENCRYPTION, COMBINED))
                .contains(AUTHENTICATION, ENCRYPTION, COMBINED);
    }

    /** States with both kinds of keys, the refusal of a second one, which echoes it, and a dump of all. */
    private void associate() throws IOException, InterruptedException {
        String state = "ip xfrm state add src 10.0.0.1 dst 10.0.0.2 proto esp ";
        String separate = "auth 'hmac(sha1)' 0x" + AUTHENTICATION + " enc 'cbc(aes)' 0x" + ENCRYPTION;
        shell(state + "spi 0x100 mode tunnel " + separate);
        shell(state + "spi 0x100 mode tunnel " + separate);
        shell(state + "spi 0x101 mode tunnel auth-trunc 'hmac(sha256)' 0x" + AUTHENTICATION + " 128 enc 'cbc(aes)' 0x"
                + ENCRYPTION);
        shell(state + "spi 0x102 mode tunnel aead 'rfc4106(gcm(aes))' 0x" + COMBINED + " 128");
        shell("ip xfrm state update src 10.0.0.1 dst 10.0.0.2 proto esp spi 0x100 mode tunnel " + separate);
        shell("ip xfrm state show");
    }

    @Test
    void noKeyOfMacsecIsLeft() throws Exception {
        Path recording = record("keys", () -> {
            shell("ip link add one type veth peer name two; ip link add link one name sec type macsec");
            shell("ip macsec add sec tx sa 0 pn 1 on key 01 " + LINK);
            shell("ip macsec add sec rx port 7 address 02:00:00:00:00:07");
            shell("ip macsec add sec rx port 7 address 02:00:00:00:00:07 sa 0 pn 1 on key 02 " + OTHER_LINK);
            shell("ip macsec show");
        });

        assertThat(messages(recording, GENERIC)).isGreaterThanOrEqualTo(6);
        JsonNode redaction = redaction(recording);
        assertThat(redaction.get("attributes").asInt()
                        + redaction.get("messages").asInt())
                .isGreaterThanOrEqualTo(2);
        assertThat(found(recording, LINK, OTHER_LINK)).isEmpty();
    }

    @Test
    void noKeyOfWireGuardIsLeft() throws Exception {
        assumeTrue(
                shell("ip link add any type wireguard && ip link del any") == 0,
                "this kernel has no wireguard: run it with --qemu");
        Path recording = record("keys", () -> {
            shell("ip link add wg0 type wireguard");
            String peer = base64("55".repeat(32));
            Path preshared = Files.writeString(place.resolve("preshared"), base64(PRESHARED));
            Path own = Files.writeString(place.resolve("private"), base64(PRIVATE));
            assertThat(shell("wg set wg0 private-key %s peer %s preshared-key %s allowed-ips 10.0.0.2/32"
                            .formatted(own, peer, preshared)))
                    .isZero();
            shell("wg show wg0 dump");
        });

        assertThat(redaction(recording).get("attributes").asInt()).isGreaterThanOrEqualTo(3);
        // The kernel clears some bits of a private key, so that of what it gives back only the middle is the same.
        assertThat(found(recording, PRIVATE, PRESHARED, "f6".repeat(30))).isEmpty();
    }

    @Test
    void nothingIsLeftOfWhatIsSaidToAFamilyThatThereIsNot() throws Exception {
        String program = "import socket,struct; s=socket.socket(16,3,16); a=bytes.fromhex('" + PRIVATE + "');"
                + " p=struct.pack('=BBHHH',1,1,0,36,3)+a; s.send(struct.pack('=IHHII',16+len(p),0x3f0,5,1,0)+p);"
                + " s.recv(4096)";
        Path recording = record(
                "keys",
                () -> assertThat(shell("python3 -c \"" + program + "\"")).isZero());

        assertThat(messages(recording, GENERIC)).isGreaterThanOrEqualTo(2);
        assertThat(redaction(recording).get("messages").asInt()).isGreaterThanOrEqualTo(1);
        assertThat(found(recording, PRIVATE)).isEmpty();
    }

    /** What is said while it is recorded. */
    @FunctionalInterface
    private interface Talk {
        void run() throws IOException, InterruptedException;
    }

    private Path record(String redaction, Talk talk) throws IOException, InterruptedException {
        Path out = place.resolve("out");
        String netns = "/proc/" + space.pid() + "/ns/net";
        try (RunningNltap nltap = RunningNltap.startRecording(
                "record", "--netns", netns, "--redaction", redaction, "--out", out.toString())) {
            talk.run();
            nltap.signal("INT");
            assertThat(nltap.exitCode()).as(nltap.output()).isZero();
        }
        return out;
    }

    /** Runs it in the namespace. */
    private int shell(String commands) throws IOException, InterruptedException {
        return new ProcessBuilder("nsenter", "--net", "--target", Long.toString(space.pid()), "sh", "-c", commands)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    private static JsonNode redaction(Path recording) throws IOException {
        return new ObjectMapper()
                .readTree(recording.resolve(OutputDirectory.REPORT).toFile())
                .get("redaction");
    }

    private static long messages(Path recording, int protocol) throws IOException {
        CaptureReader reader =
                CaptureReader.of(ByteBuffer.wrap(Files.readAllBytes(recording.resolve(OutputDirectory.CAPTURE))));
        long count = 0;
        for (Optional<CapturedPacket> next = reader.next(); next.isPresent(); next = reader.next()) {
            count += next.get().protocol() == protocol ? 1 : 0;
        }
        return count;
    }

    /** Those keys of which a file of the recording holds the bytes, or a quarter of them, or the digits of such. */
    private static List<String> found(Path recording, String... keys) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(recording)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String content = Files.readString(file, StandardCharsets.ISO_8859_1);
                for (String key : keys) {
                    String part = key.substring(0, Math.max(8, key.length() / 8 * 2));
                    String bytes = new String(HexFormat.of().parseHex(part), StandardCharsets.ISO_8859_1);
                    if (content.contains(bytes)
                            || content.toLowerCase(Locale.ROOT).contains(part)
                            || content.contains(base64(key).substring(0, 12))) {
                        found.add(key);
                    }
                }
            }
        }
        return found;
    }

    private static String base64(String hex) {
        return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex));
    }
}
