// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nltap.api.v1alpha1.Artifact;
import io.nltap.api.v1alpha1.ArtifactKey;
import io.nltap.api.v1alpha1.ArtifactKind;
import io.nltap.api.v1alpha1.ArtifactRole;
import io.nltap.api.v1alpha1.CaptureRef;
import io.nltap.api.v1alpha1.Compression;
import io.nltap.api.v1alpha1.Counters;
import io.nltap.api.v1alpha1.EndedBy;
import io.nltap.api.v1alpha1.NodeCapture;
import io.nltap.api.v1alpha1.NodeCaptureSpec;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import io.nltap.api.v1alpha1.NodePhase;
import io.nltap.api.v1alpha1.Segment;
import io.nltap.api.v1alpha1.TargetStatus;
import io.nltap.netlink.analysis.Summary;
import io.nltap.operator.status.ReportState;
import io.nltap.operator.store.Content;
import io.nltap.operator.store.FilesystemLimits;
import io.nltap.operator.store.FilesystemObjectStore;
import io.nltap.operator.store.Receipt;
import io.nltap.operator.store.StoreResolution;
import io.nltap.report.SummaryJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaptureReporterTest {
    private static final CaptureRef CAPTURE = new CaptureRef("shop", "slow-dns", "uid-1");
    private static final Path SAMPLES = Path.of("../report/src/test/resources/io/nltap/report/golden");

    @TempDir
    private Path volume;

    private FilesystemObjectStore store;

    @BeforeEach
    void open() {
        store = new FilesystemObjectStore(volume, "artifacts", FilesystemLimits.DEFAULT);
    }

    @Test
    void addsTheNodesUpAndProvesThatNothingIsMissing() throws Exception {
        ReportOrder order = order(
                node("n1", NodePhase.DONE, Counters.of(40, 80, 4000, 0, 0), "nft-add", true),
                node("n2", NodePhase.DONE, Counters.of(40, 80, 4000, 0, 0), "many-addresses", true));

        List<Artifact> made = made(new CaptureReporter(this::stores, "1.0").make(order));

        assertThat(made)
                .extracting(Artifact::key)
                .containsExactly(
                        "shop/slow-dns/uid-1/summary.json",
                        "shop/slow-dns/uid-1/report.html",
                        "shop/slow-dns/uid-1/manifest.json");
        Summary whole = SummaryJson.read(stored("summary.json"));
        assertThat(whole)
                .isEqualTo(SummaryJson.read(sample("nft-add.summary.json"))
                        .plus(SummaryJson.read(sample("many-addresses.summary.json"))));
        assertThat(new String(stored("report.html")))
                .contains("shop/slow-dns", "No loss is known", "nft table")
                .contains("pods web-0 from 2026-03-01T12:00:03Z on");
        JsonNode manifest = new JsonMapper().readTree(stored("manifest.json"));
        assertThat(manifest.path("complete").asBoolean())
                .as(manifest.toPrettyString())
                .isTrue();
        assertThat(manifest.path("missing")).isEmpty();
        assertThat(manifest.path("totals").path("received").asLong()).isEqualTo(80);
        assertThat(manifest.path("nodes"))
                .hasSize(2)
                .allSatisfy(
                        node -> assertThat(node.path("accounted").asBoolean()).isTrue());
        assertThat(manifest.path("nodes").findValuesAsText("since"))
                .containsExactly("2026-03-01T12:00:03Z", "2026-03-01T12:00:03Z");
        assertThat(manifest.path("files").findValuesAsText("key"))
                .containsExactly(
                        "shop/slow-dns/uid-1/summary.json",
                        "shop/slow-dns/uid-1/report.html",
                        "shop/slow-dns/uid-1/n1/summary.json",
                        "shop/slow-dns/uid-1/n1/changes.ndjson",
                        "shop/slow-dns/uid-1/n1/0.pcapng.zst",
                        "shop/slow-dns/uid-1/n2/summary.json",
                        "shop/slow-dns/uid-1/n2/changes.ndjson",
                        "shop/slow-dns/uid-1/n2/0.pcapng.zst");
        assertThat(manifest.path("files").get(0).path("sha256").asText())
                .isEqualTo(made.get(0).sha256());
    }

    @Test
    void saysWhatIsMissing() throws Exception {
        ReportOrder order = order(
                node("n1", NodePhase.DONE, new Counters(50, 40, 80, 4000, 0, 0, 0, 0, 7, 0), "nft-add", true),
                node("n2", NodePhase.FAILED, Counters.of(41, 80, 4000, 0, 0), "", true),
                node("n3", NodePhase.DONE, Counters.of(40, 80, 4000, 0, 0), "many-addresses", false));

        made(new CaptureReporter(this::stores, "1.0").make(order));

        JsonNode manifest = new JsonMapper().readTree(stored("manifest.json"));
        assertThat(manifest.path("complete").asBoolean()).isFalse();
        List<String> missing = new ArrayList<>();
        manifest.path("missing").forEach(each -> missing.add(each.asText()));
        assertThat(missing)
                .containsExactly(
                        "Node n1: 50 datagrams were read, and of 40 it is known what became of them.",
                        "Node n1: the kernel dropped 7 datagrams, because the packet ring was full.",
                        "Node n2: it broke.",
                        "Node n2: 41 datagrams were written, and its segments hold 40.",
                        "Node n3: segment 0 is not in the store.");
        assertThat(new String(stored("report.html")))
                .contains("Incomplete.", "Node n2 has left no summary: what it captured is in its segments only.");
    }

    @Test
    void keepsWhatAnEarlierOperatorHasStored() throws Exception {
        ReportOrder order = order(node("n1", NodePhase.DONE, Counters.of(40, 80, 4000, 0, 0), "nft-add", true));

        List<Artifact> first = made(new CaptureReporter(this::stores, "1.0").make(order));
        List<Artifact> again = made(new CaptureReporter(this::stores, "1.0").make(order));
        List<Artifact> newer = made(new CaptureReporter(this::stores, "2.0").make(order));

        assertThat(again).isEqualTo(first);
        assertThat(newer).isEqualTo(first);
    }

    @Test
    void saysWhyThereIsNone() throws Exception {
        ReportOrder order = order(node("n1", NodePhase.DONE, Counters.of(40, 80, 4000, 0, 0), "nft-add", true));
        CaptureReporter reporter =
                new CaptureReporter(name -> new StoreResolution.Unusable("UnknownStore", "there is none"), "1.0");

        assertThat(reporter.make(order)).isEqualTo(new ReportState.Failed("there is none"));
    }

    private StoreResolution stores(String name) {
        assertThat(name).isEqualTo("default");
        return new StoreResolution.Usable(store);
    }

    private static List<Artifact> made(ReportState state) {
        assertThat(state).isInstanceOf(ReportState.Made.class);
        return ((ReportState.Made) state).files();
    }

    private static ReportOrder order(NodeCapture... nodes) {
        return ReportOrder.of(CAPTURE, "default", List.of(nodes));
    }

    /** @param sample of which the node's files are; none when empty */
    private NodeCapture node(String name, NodePhase phase, Counters counters, String sample, boolean stored)
            throws IOException {
        List<Artifact> files = new ArrayList<>();
        if (!sample.isEmpty()) {
            files.add(put(name, ArtifactKind.SUMMARY, sample(sample + ".summary.json")));
            files.add(put(name, ArtifactKind.CHANGES, sample(sample + ".changes.ndjson")));
        }
        NodeCapture node = new NodeCapture();
        node.setSpec(new NodeCaptureSpec(
                name, CAPTURE, List.of(), null, null, null, null, null, "https://gateway:8443", false));
        node.setStatus(new NodeCaptureStatus(
                1,
                phase,
                null,
                phase == NodePhase.FAILED ? "it broke" : null,
                "2026-03-01T12:00:00Z",
                "2026-03-01T12:00:29Z",
                EndedBy.DURATION,
                null,
                null,
                null,
                counters,
                List.of(new TargetStatus(
                        "uid", "web-0", TargetStatus.State.ENDED, null, 7L, "2026-03-01T12:00:03Z", counters)),
                List.of(new Segment(
                        0,
                        "shop/slow-dns/uid-1/%s/0.pcapng.zst".formatted(name),
                        40,
                        80,
                        4000,
                        "0".repeat(64),
                        null,
                        null,
                        stored,
                        null)),
                null,
                null,
                files));
        return node;
    }

    private Artifact put(String node, ArtifactKind kind, byte[] bytes) {
        ArtifactKey key = ArtifactKey.ofNode(CAPTURE, node, kind, Compression.NONE);
        Content content = Content.of(bytes);
        assertThat(store.put(key, content, bytes)).isInstanceOf(Receipt.Stored.class);
        Artifact artifact = new Artifact(key.toString(), content.size(), content.sha256());
        assertThat(artifact.kind()).isIn(ArtifactRole.SUMMARY, ArtifactRole.CHANGES);
        return artifact;
    }

    private static byte[] sample(String name) throws IOException {
        return Files.readAllBytes(SAMPLES.resolve(name));
    }

    private byte[] stored(String name) throws IOException {
        return Files.readAllBytes(
                volume.resolve("artifacts/shop/slow-dns/uid-1").resolve(name));
    }
}
