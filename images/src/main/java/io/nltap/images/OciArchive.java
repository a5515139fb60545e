// SPDX-License-Identifier: Apache-2.0
package io.nltap.images;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Writes an image in the OCI image layout (image-spec 1.1) as one tar, as {@code ctr images import}, {@code skopeo} and
 * {@code podman load} take it.
 */
final class OciArchive {
    private static final String MEDIA_TYPES = "application/vnd.oci.image.";
    private static final String CREATED = "1970-01-01T00:00:00Z";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String architecture;

    /** @param architecture in the words of Go: amd64, arm64 */
    OciArchive(String architecture) {
        this.architecture = architecture;
    }

    /** Writes beside the file first, so that a file of that name is always a whole archive. */
    void write(Image image, Path file) throws IOException {
        byte[] config = JSON.writeValueAsBytes(config(image));
        byte[] manifest = JSON.writeValueAsBytes(manifest(image, config));
        byte[] index = JSON.writeValueAsBytes(index(image, manifest));
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part));
                TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            put(tar, "oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8));
            put(tar, "index.json", index);
            put(tar, blob(Digests.of(manifest)), manifest);
            put(tar, blob(Digests.of(config)), config);
            for (Layer layer : image.layers()) {
                put(tar, blob(Digests.of(layer.file())), layer.file());
            }
        }
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private ObjectNode config(Image image) {
        ObjectNode config = object().put("created", CREATED)
                .put("architecture", architecture)
                .put("os", "linux");
        ObjectNode run = config.putObject("config").put("User", image.user()).put("WorkingDir", "/");
        ArrayNode environment = run.putArray("Env");
        image.environment().forEach((name, value) -> environment.add(name + "=" + value));
        image.entrypoint().forEach(run.putArray("Entrypoint")::add);
        run.putObject("Labels")
                .put("org.opencontainers.image.title", "nltap")
                .put("org.opencontainers.image.description", image.description())
                .put("org.opencontainers.image.licenses", "Apache-2.0")
                .put("org.opencontainers.image.version", image.tag());
        ArrayNode diffIds = config.putObject("rootfs").put("type", "layers").putArray("diff_ids");
        ArrayNode history = config.putArray("history");
        image.layers().forEach(layer -> {
            diffIds.add(layer.diffId());
            history.addObject().put("created", CREATED);
        });
        return config;
    }

    private static ObjectNode manifest(Image image, byte[] config) throws IOException {
        ObjectNode manifest = object().put("schemaVersion", 2).put("mediaType", MEDIA_TYPES + "manifest.v1+json");
        manifest.set("config", descriptor("config.v1+json", Digests.of(config), config.length));
        ArrayNode layers = manifest.putArray("layers");
        for (Layer layer : image.layers()) {
            layers.add(descriptor("layer.v1.tar+gzip", Digests.of(layer.file()), Files.size(layer.file())));
        }
        return manifest;
    }

    private ObjectNode index(Image image, byte[] manifest) {
        ObjectNode descriptor = descriptor("manifest.v1+json", Digests.of(manifest), manifest.length);
        descriptor.putObject("platform").put("architecture", architecture).put("os", "linux");
        descriptor
                .putObject("annotations")
                .put("io.containerd.image.name", image.reference())
                .put("org.opencontainers.image.ref.name", image.tag());
        ObjectNode index = object().put("schemaVersion", 2).put("mediaType", MEDIA_TYPES + "index.v1+json");
        index.putArray("manifests").add(descriptor);
        return index;
    }

    private static ObjectNode descriptor(String type, String digest, long size) {
        return object().put("mediaType", MEDIA_TYPES + type)
                .put("digest", digest)
                .put("size", size);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static String blob(String digest) {
        return "blobs/sha256/" + Digests.hex(digest);
    }

    private static void put(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
        open(tar, name, content.length);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private static void put(TarArchiveOutputStream tar, String name, Path content) throws IOException {
        open(tar, name, Files.size(content));
        Files.copy(content, tar);
        tar.closeArchiveEntry();
    }

    private static void open(TarArchiveOutputStream tar, String name, long size) throws IOException {
        TarArchiveEntry header = new TarArchiveEntry(name);
        header.setSize(size);
        header.setMode(FileTree.READABLE);
        header.setModTime(0L);
        header.setIds(0, 0);
        tar.putArchiveEntry(header);
    }
}
