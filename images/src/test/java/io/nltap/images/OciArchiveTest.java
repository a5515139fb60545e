// SPDX-License-Identifier: Apache-2.0
package io.nltap.images;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OciArchiveTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    @Test
    void everythingIsFoundByItsDigestFromTheIndexOn() throws IOException {
        Map<String, byte[]> files = read(Files.newInputStream(archive("first")));

        JsonNode index = JSON.readTree(files.get("index.json"));
        JsonNode manifest = JSON.readTree(blob(files, index.get("manifests").get(0)));
        JsonNode config = JSON.readTree(blob(files, manifest.get("config")));
        byte[] layer = new GZIPInputStream(new ByteArrayInputStream(
                        blob(files, manifest.get("layers").get(0))))
                .readAllBytes();
        assertThat(index.at("/manifests/0/annotations/io.containerd.image.name").asText())
                .isEqualTo("example.com/thing:1.0");
        assertThat(config.at("/config/User").asText()).isEqualTo("65532:65532");
        assertThat(config.at("/config/Entrypoint/0").asText()).isEqualTo("/bin/thing");
        assertThat(config.at("/config/Env/0").asText()).isEqualTo("A=b");
        assertThat(config.at("/rootfs/diff_ids/0").asText()).isEqualTo(Digests.of(layer));
    }

    @Test
    void layerHasTheFilesWithTheirModesAndNoTraceOfWhoBuiltIt() throws IOException {
        Files.writeString(directory.resolve("program"), "run me");
        FileTree tree = new FileTree()
                .copy(directory.resolve("program"), "/bin/thing", FileTree.EXECUTABLE)
                .directory("/tmp", 01777);

        Layer layer = Layer.write(tree, directory.resolve("layer"));

        Map<String, TarArchiveEntry> headers = new TreeMap<>();
        try (var tar = new TarArchiveInputStream(new GZIPInputStream(Files.newInputStream(layer.file())))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                headers.put(entry.getName(), entry);
            }
        }
        assertThat(headers.keySet()).containsExactly("bin/", "bin/thing", "tmp/");
        assertThat(headers.get("bin/thing").getMode() & 07777).isEqualTo(0755);
        assertThat(headers.get("tmp/").getMode() & 07777).isEqualTo(01777);
        assertThat(headers.values()).allSatisfy(header -> {
            assertThat(header.getLongUserId()).isZero();
            assertThat(header.getUserName()).isEmpty();
            assertThat(header.getLastModifiedTime()).isEqualTo(FileTime.fromMillis(0));
        });
    }

    @Test
    void sameFilesMakeTheSameBytes() throws IOException {
        Path first = archive("first");
        Files.setLastModifiedTime(directory.resolve("files/text"), FileTime.fromMillis(1_000_000_000_000L));

        assertThat(archive("second")).hasSameBinaryContentAs(first);
    }

    private Path archive(String name) throws IOException {
        Path files = Files.createDirectories(directory.resolve("files"));
        if (!Files.exists(files.resolve("text"))) {
            Files.writeString(files.resolve("text"), "text");
            Files.createSymbolicLink(files.resolve("link"), Path.of("text"));
        }
        Layer layer = Layer.write(new FileTree().copyAll(files, "/opt/thing"), directory.resolve(name + ".layer"));
        Image image = new Image(
                "example.com/thing:1.0",
                "A thing",
                "65532:65532",
                List.of("/bin/thing"),
                Map.of("A", "b"),
                List.of(layer));
        Path archive = directory.resolve(name + ".tar");
        new OciArchive("amd64").write(image, archive);
        return archive;
    }

    private static byte[] blob(Map<String, byte[]> files, JsonNode descriptor) {
        String digest = descriptor.get("digest").asText();
        byte[] content = files.get("blobs/sha256/" + digest.replace("sha256:", ""));
        assertThat(Digests.of(content)).isEqualTo(digest);
        assertThat(descriptor.get("size").asInt()).isEqualTo(content.length);
        return content;
    }

    private static Map<String, byte[]> read(InputStream archive) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (var tar = new TarArchiveInputStream(archive, StandardCharsets.UTF_8.name())) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                files.put(entry.getName(), tar.readAllBytes());
            }
        }
        return files;
    }
}
