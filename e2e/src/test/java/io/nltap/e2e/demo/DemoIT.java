// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.nltap.api.v1alpha1.Artifact;
import io.nltap.api.v1alpha1.ArtifactRole;
import io.nltap.api.v1alpha1.CapturePhase;
import io.nltap.api.v1alpha1.Condition;
import io.nltap.api.v1alpha1.NetlinkCapture;
import io.nltap.api.v1alpha1.NetlinkCaptureStatus;
import io.nltap.e2e.process.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Runs {@code ./dev demo} inside User Mode Linux and judges what it leaves with other tools than its own. Needs the
 * modules packaged.
 */
class DemoIT {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final DemoFiles FILES = new DemoFiles(ROOT);

    private static CommandRun demo;

    @BeforeAll
    static void runDemo() throws Exception {
        demo = CommandRun.of(ROOT.resolve("dev").toString(), "demo", "--uml", "--no-build");
        System.out.println(demo.output());
    }

    @Test
    void keepsItsPromises() {
        assertThat(demo.exitStatus()).as(demo.output()).isZero();
        assertThat(demo.output()).contains("the node is as it was").doesNotContain("FAILED");
    }

    @Test
    void endsInSuccess() throws IOException {
        NetlinkCaptureStatus status = status();

        assertThat(status.phase()).isEqualTo(CapturePhase.SUCCEEDED);
        assertThat(status.totals().frames()).isPositive();
        assertThat(status.conditions())
                .filteredOn(condition -> condition.type().equals("Complete"))
                .extracting(Condition::status)
                .containsExactly(Condition.Status.True);
    }

    @Test
    void storesExactlyTheFilesOfTheStatus() throws Exception {
        List<Artifact> artifacts = status().artifacts();

        assertThat(artifacts).isNotEmpty();
        for (Artifact artifact : artifacts) {
            Path fetched = fetched(artifact);
            assertThat(sha256(fetched)).isEqualTo(artifact.sha256());
            assertThat(Files.size(fetched)).isEqualTo(artifact.size());
            assertThat(sha256(stored(artifact))).isEqualTo(artifact.sha256());
        }
    }

    @Test
    void tsharkReadsAsManyDatagramsAsTheStatusSays() throws Exception {
        long packets = 0;
        for (Artifact artifact : segments()) {
            packets += tshark(fetched(artifact), "frame.number").lines().count();
        }

        assertThat(packets).isEqualTo(status().totals().frames());
    }

    @Test
    void tsharkSeesOnlyTheSelectedPod() throws Exception {
        for (Artifact artifact : segments()) {
            String interfaces = tshark(fetched(artifact), "frame.interface_description");
            assertThat(interfaces.lines().distinct()).singleElement().asString().contains("router");
        }
    }

    @Test
    void reportsWhatHangsAndWhatWasChanged() throws Exception {
        NetlinkCaptureStatus status = status();

        assertThat(status.findings()).anySatisfy(finding -> {
            assertThat(finding.hangClass()).isEqualTo("D2");
            assertThat(finding.who()).contains("ip[").contains("default/router");
            assertThat(finding.node()).isEqualTo("demo-node");
        });
        assertThat(status.analysis().changes()).isPositive();
        assertThat(status.artifacts())
                .extracting(Artifact::kind)
                .startsWith(ArtifactRole.MANIFEST, ArtifactRole.REPORT, ArtifactRole.SUMMARY)
                .contains(ArtifactRole.CHANGES, ArtifactRole.EVIDENCE, ArtifactRole.SEGMENT);
        List<String> changes = Files.readAllLines(FILES.work().resolve("demo-node-changes.ndjson"));
        String changed =
                new JsonMapper().readTree(changes.get(0)).path("object").asText();
        assertThat(changed).isNotEmpty();
        assertThat(Files.readString(FILES.work().resolve("report.html")))
                .contains("default/demo", "D2", changed)
                .doesNotContain("bystander");
        JsonNode manifest =
                new JsonMapper().readTree(FILES.work().resolve("manifest.json").toFile());
        assertThat(manifest.path("complete").asBoolean())
                .as(manifest.toPrettyString())
                .isTrue();
    }

    private static List<Artifact> segments() throws IOException {
        return status().artifacts().stream()
                .filter(artifact -> artifact.kind() == ArtifactRole.SEGMENT)
                .toList();
    }

    private static String tshark(Path file, String field) throws IOException, InterruptedException {
        Path errors = FILES.logs().resolve("tshark.log");
        return CommandRun.of(
                        "sh",
                        "-c",
                        "tshark -n -r \"$0\" -T fields -e \"$1\" 2>>\"$2\"",
                        file.toString(),
                        field,
                        errors.toString())
                .outputOfSuccess();
    }

    private static NetlinkCaptureStatus status() throws IOException {
        String yaml = Files.readString(FILES.finalCapture());
        return Serialization.unmarshal(yaml, NetlinkCapture.class).getStatus();
    }

    private static Path fetched(Artifact artifact) {
        return FILES.fetched(artifact.key());
    }

    private static Path stored(Artifact artifact) throws IOException {
        try (Stream<Path> stored = Files.walk(FILES.store())) {
            return stored.filter(file -> file.endsWith(artifact.key()))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static String sha256(Path file) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
        return HexFormat.of().formatHex(digest);
    }
}
