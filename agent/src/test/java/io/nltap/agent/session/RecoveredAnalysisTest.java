// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.agent.spool.Spool;
import io.nltap.agent.spool.SpoolOrder;
import io.nltap.agent.spool.SpoolSession;
import io.nltap.api.v1alpha1.Artifact;
import io.nltap.api.v1alpha1.ArtifactKind;
import io.nltap.api.v1alpha1.CaptureRef;
import io.nltap.api.v1alpha1.Compression;
import io.nltap.api.v1alpha1.Format;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import io.nltap.netlink.analysis.Summary;
import io.nltap.report.SummaryJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecoveredAnalysisTest {

    @TempDir
    Path root;

    @Test
    void saysThatTheSummaryOfAKilledAgentIsNotAll() throws Exception {
        begin();
        try (Spool spool = open()) {
            SpoolSession session = spool.leftovers().sessions().get(0);

            RecoveredAnalysis.of(session, NodeCaptureStatus.PENDING);

            assertThat(session.files().waiting())
                    .extracting(Artifact::key)
                    .containsExactly("shop/why-slow/c0ffee/worker-1/summary.json");
            Summary read =
                    SummaryJson.read(Files.readAllBytes(session.directory().resolve("summary.json")));
            assertThat(read.weaker()).singleElement().asString().contains("the agent died during the capture");
        }
    }

    private void begin() throws IOException {
        SpoolOrder order = new SpoolOrder(
                "uid-1",
                "nltap",
                "why-slow-1",
                new CaptureRef("shop", "why-slow", "c0ffee"),
                "worker-1",
                "https://gateway:8443",
                Compression.ZSTD,
                Format.PCAPNG);
        try (Spool killed = open()) {
            killed.begin(order).files().rewrite(ArtifactKind.SUMMARY, SummaryJson.write(Summary.NONE));
        }
    }

    private Spool open() throws IOException {
        return Spool.open(root, 1 << 20, Clock.systemUTC());
    }
}
