// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.NodeSelectorTermBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeSelectionTest {
    private final Node node = new NodeBuilder()
            .withNewMetadata()
            .withName("n1")
            .withLabels(Map.of("kubernetes.io/os", "linux"))
            .endMetadata()
            .build();

    @Test
    void admitsWhatAsksForNothing() {
        assertThat(NodeSelection.admits(new PodSpec(), node)).isTrue();
    }

    @Test
    void admitsByNameOnlyTheNodesThatAreNamed() {
        assertThat(NodeSelection.admits(pod(byName("n0", "n1")), node)).isTrue();
        assertThat(NodeSelection.admits(pod(byName("n0", "n2")), node)).isFalse();
    }

    @Test
    void admitsNoNodeByATermThatRequiresNothing() {
        assertThat(NodeSelection.admits(pod(new NodeSelectorTerm()), node)).isFalse();
    }

    @Test
    void admitsByALabelThatMustBeThere() {
        assertThat(NodeSelection.admits(pod(byLabel("kubernetes.io/os", "Exists")), node))
                .isTrue();
        assertThat(NodeSelection.admits(pod(byLabel("nltap.io/never", "Exists")), node))
                .isFalse();
    }

    private static NodeSelectorTerm byName(String... names) {
        return new NodeSelectorTermBuilder()
                .addNewMatchField()
                .withKey("metadata.name")
                .withOperator("In")
                .withValues(names)
                .endMatchField()
                .build();
    }

    private static NodeSelectorTerm byLabel(String key, String operator) {
        return new NodeSelectorTermBuilder()
                .addNewMatchExpression()
                .withKey(key)
                .withOperator(operator)
                .endMatchExpression()
                .build();
    }

    private static PodSpec pod(NodeSelectorTerm term) {
        return new PodSpecBuilder()
                .withNewAffinity()
                .withNewNodeAffinity()
                .withNewRequiredDuringSchedulingIgnoredDuringExecution()
                .withNodeSelectorTerms(term)
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .endNodeAffinity()
                .endAffinity()
                .build();
    }
}
