// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.agent.analysis.AnalysisThread;
import io.nltap.agent.evidence.NodeEvidence;
import io.nltap.agent.metrics.AgentCounters;
import io.nltap.agent.process.PodLocator;
import io.nltap.agent.process.ProcessTable;
import io.nltap.agent.redaction.FamilyTeacher;
import io.nltap.agent.spool.Spool;
import io.nltap.agent.upload.Uploader;
import io.nltap.netlink.pcapng.SectionHeader;
import java.time.Clock;
import java.util.function.LongSupplier;

/**
 * What all sessions of an agent share.
 *
 * @param nanoTime monotonic, as {@link System#nanoTime}
 * @param ownPid of this process, in the first PID namespace
 * @param section the first block of every capture file
 */
public record SessionStages(
        ProcessTable processes,
        PodLocator locator,
        OrderNames names,
        TapOpener taps,
        FamilyTeacher families,
        NodeEvidence evidence,
        AnalysisThread analyses,
        Spool spool,
        RefusedSegments refused,
        Uploader uploader,
        int ownPid,
        SectionHeader section,
        Clock clock,
        LongSupplier nanoTime,
        AgentCounters counters) {}
