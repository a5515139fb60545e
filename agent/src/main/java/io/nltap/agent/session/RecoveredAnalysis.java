// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.agent.spool.SpoolSession;
import io.nltap.api.v1alpha1.ArtifactKind;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import io.nltap.netlink.analysis.Summary;
import io.nltap.report.FormatProblem;
import io.nltap.report.SummaryJson;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes whole what a killed agent had found out, as far as the spool has it, and says that it is not all. */
final class RecoveredAnalysis {
    private static final Logger LOG = LoggerFactory.getLogger(RecoveredAnalysis.class);
    private static final String PARTIAL =
            "evidence is weaker because the agent died during the capture: what came after the time that this summary"
                    + " reaches to is in the segments, and was not analysed";

    private RecoveredAnalysis() {}

    static AnalysisProgress before(NodeCaptureStatus before) {
        return new AnalysisProgress(before.analysis(), before.findings());
    }

    /** Seals what was being written when the agent died. */
    static AnalysisProgress of(SpoolSession spool, NodeCaptureStatus before) {
        AnalysisProgress progress = before(before);
        for (ArtifactKind kind : List.of(ArtifactKind.SUMMARY, ArtifactKind.CHANGES, ArtifactKind.EVIDENCE)) {
            if (!spool.files().isUnfinished(kind)) {
                continue;
            }
            try {
                if (kind == ArtifactKind.SUMMARY) {
                    Summary summary = SummaryJson.read(
                                    Files.readAllBytes(spool.files().part(kind)))
                            .weaker(PARTIAL);
                    spool.files().rewrite(kind, SummaryJson.write(summary));
                    progress = AnalysisProgress.of(summary, before.analysis().skippedMessages());
                }
                spool.files().seal(kind);
            } catch (IOException | FormatProblem e) {
                LOG.atWarn()
                        .setCause(e)
                        .addKeyValue("directory", spool.directory())
                        .log("%s of a killed agent cannot be recovered".formatted(kind.extension()));
            }
        }
        return progress;
    }
}
