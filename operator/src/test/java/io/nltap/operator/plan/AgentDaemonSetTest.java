// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.nltap.api.v1alpha1.NodeCapture;
import io.nltap.operator.GoldenFolder;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AgentDaemonSetTest {
    private static final OwnerReference OPERATOR = new OwnerReferenceBuilder()
            .withApiVersion("apps/v1")
            .withKind("Deployment")
            .withName("nltap-operator")
            .withUid("uid-operator")
            .build();

    static Stream<GoldenFolder> folders() throws IOException {
        return GoldenFolder.in("agents");
    }

    @ParameterizedTest
    @MethodSource("folders")
    void theTemplateGetsItsIdentityAndItsNodes(GoldenFolder folder) throws IOException {
        DaemonSet template = folder.read("template", DaemonSet.class).orElseThrow();
        Nodes nodes = folder.read("nodes", Nodes.class).orElseThrow();

        DaemonSet agents = new AgentDaemonSet(template, "nltap", Optional.of(OPERATOR)).on(nodes.sorted());

        folder.expect("daemonset", agents);
    }

    @Test
    void anAgentIsNeededUntilItsPromiseIsKept() {
        NodeCapture waiting = order("n2", "nltap.io/agent");
        NodeCapture released = order("n1", "example.com/other");
        NodeCapture another = order("n2", "nltap.io/agent");

        assertThat(AgentDaemonSet.nodes(List.of(waiting, released, another))).containsExactly("n2");
    }

    @Test
    void placementIsRecognised() {
        AgentDaemonSet agents =
                new AgentDaemonSet(Serialization.unmarshal("""
                        apiVersion: apps/v1
                        kind: DaemonSet
                        metadata: {name: x}
                        spec: {template: {spec: {containers: [{name: agent}]}}}
                        """, DaemonSet.class), "nltap", Optional.empty());
        DaemonSet onOne = agents.on(new TreeSet<>(List.of("n1")));

        assertThat(agents.runsOn(onOne, new TreeSet<>(List.of("n1")))).isTrue();
        assertThat(agents.runsOn(onOne, new TreeSet<>(List.of("n1", "n2")))).isFalse();
        assertThat(agents.runsOn(onOne, new TreeSet<>())).isFalse();
    }

    private static NodeCapture order(String node, String finalizer) {
        return Serialization.unmarshal("""
                apiVersion: nltap.io/v1alpha1
                kind: NodeCapture
                metadata: {name: a, finalizers: [%s]}
                spec: {nodeName: %s, capture: {namespace: a, name: b, uid: c}, gateway: "https://g"}
                """.formatted(finalizer, node), NodeCapture.class);
    }

    private record Nodes(List<String> names) {
        SortedSet<String> sorted() {
            return new TreeSet<>(names);
        }
    }
}
