// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.api.v1alpha1.Artifact;
import io.nltap.api.v1alpha1.Attributing;
import io.nltap.api.v1alpha1.Counters;
import io.nltap.api.v1alpha1.Engine;
import io.nltap.api.v1alpha1.ModuleState;
import io.nltap.api.v1alpha1.Segment;
import io.nltap.api.v1alpha1.TargetStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Everything a session's status is made of.
 *
 * @param generation of the order
 * @param startTime when the first tap was open, by the node's clock
 * @param end what ended the capture, once it has ended
 * @param endTime when that was, by the node's clock
 * @param cleaned whether the session has removed its taps and closed its last segment
 * @param artifacts in the store that are no segments
 * @param waiting names of pods of which no process has been found yet
 */
record SessionFacts(
        long generation,
        Optional<Instant> startTime,
        Optional<SessionEnd> end,
        Optional<Instant> endTime,
        boolean cleaned,
        Optional<Engine> engine,
        Optional<ModuleState> module,
        Optional<Attributing> attribution,
        Counters counters,
        List<TargetStatus> targets,
        List<String> waiting,
        List<Segment> segments,
        AnalysisProgress analysis,
        List<Artifact> artifacts,
        UploadProgress uploads) {}
