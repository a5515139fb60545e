// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.fabric8.kubernetes.api.model.PodList;
import io.nltap.api.v1alpha1.Artifact;
import io.nltap.api.v1alpha1.NetlinkCapture;
import io.nltap.api.v1alpha1.NetlinkCaptureStatus;
import io.nltap.api.v1alpha1.NodeCapture;
import io.nltap.operator.plan.CapturePlan;
import io.nltap.operator.plan.CapturePlanner;
import io.nltap.operator.plan.PlanSettings;
import io.nltap.operator.plan.StoreState;
import io.nltap.operator.status.AgentPod;
import io.nltap.operator.status.Announcements;
import io.nltap.operator.status.ReportState;
import io.nltap.operator.status.RollupInput;
import io.nltap.operator.status.StatusRollup;
import io.nltap.operator.target.ResolvedTargets;
import io.nltap.operator.target.TargetResolver;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the operator makes of a capture, its pods and its orders: a folder for each situation. */
class CapturesTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:30Z");
    private static final PlanSettings SETTINGS = new PlanSettings(
            "nltap", "https://nltap-gateway.nltap.svc:8443", Duration.ofMinutes(2), Duration.ofMinutes(5), false);

    static Stream<GoldenFolder> folders() throws IOException {
        return GoldenFolder.in("captures");
    }

    @ParameterizedTest
    @MethodSource("folders")
    void ordersFollowTheTargets(GoldenFolder folder) throws IOException {
        Situation situation = Situation.of(folder);

        CapturePlan plan = new CapturePlanner(SETTINGS)
                .plan(situation.capture, situation.targets, situation.store, situation.orders, NOW);

        folder.expect("plan", readable(plan));
    }

    @ParameterizedTest
    @MethodSource("folders")
    void answersAddUpToTheStatus(GoldenFolder folder) throws IOException {
        Situation situation = Situation.of(folder);

        NetlinkCaptureStatus status = StatusRollup.of(new RollupInput(
                situation.capture,
                situation.targets,
                situation.store,
                situation.orders,
                AgentPod.byNode(situation.agents.getItems()),
                situation.report,
                NOW));

        folder.expect("status", status);
        folder.expect("events", Announcements.between(situation.capture.getStatus(), status));
    }

    private static Map<String, Object> readable(CapturePlan plan) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("creations", plan.creations());
        all.put(
                "changes",
                plan.changes().stream()
                        .map(change -> Map.of(
                                "order", change.current().getMetadata().getName(),
                                "spec", change.spec(),
                                "annotations", change.annotations()))
                        .toList());
        all.put("wakeUp", plan.wakeUp().map(Instant::toString).orElse("never"));
        return all;
    }

    private record Situation(
            NetlinkCapture capture,
            ResolvedTargets targets,
            StoreState store,
            List<NodeCapture> orders,
            PodList agents,
            ReportState report) {

        static Situation of(GoldenFolder folder) throws IOException {
            NetlinkCapture capture =
                    folder.read("capture", NetlinkCapture.class).orElseThrow();
            PodList pods = folder.read("pods", PodList.class).orElseGet(PodList::new);
            JsonNode store = folder.read("store", JsonNode.class).orElse(MissingNode.getInstance());
            return new Situation(
                    capture,
                    TargetResolver.resolve(capture.getSpec(), pods.getItems(), false),
                    store.isMissingNode()
                            ? new StoreState.Ready()
                            : new StoreState.NotReady(
                                    store.path("reason").asText(),
                                    store.path("message").asText()),
                    folder.read("orders", Orders.class)
                            .orElse(new Orders(List.of()))
                            .items(),
                    folder.read("agents", PodList.class).orElseGet(PodList::new),
                    folder.read("report", Report.class)
                            .map(Report::state)
                            .orElseGet(() -> new ReportState.Made(List.of())));
        }
    }

    private record Orders(List<NodeCapture> items) {}

    /** Without files and without a reason, it is still being made. */
    private record Report(
            @Nullable List<Artifact> files, @Nullable String failed) {
        ReportState state() {
            if (failed != null) {
                return new ReportState.Failed(failed);
            }
            return files == null ? new ReportState.Pending() : new ReportState.Made(files);
        }
    }
}
