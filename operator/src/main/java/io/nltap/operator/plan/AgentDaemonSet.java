// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.plan;

import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirementBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.NodeSelectorTermBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.nltap.api.v1alpha1.Api;
import io.nltap.api.v1alpha1.NodeCapture;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The DaemonSet of the agents: everything comes from the administrator's template but its identity, and the nodes it
 * may run on, which are just those with an order whose clean-up is not confirmed yet.
 */
public final class AgentDaemonSet {
    public static final String NAME = "nltap-agent";
    /** On the DaemonSet and its pods; pods are found by it. */
    public static final Map<String, String> LABELS =
            Map.of("app.kubernetes.io/name", "nltap", "app.kubernetes.io/component", "agent");

    private static final String NODE_NAME_FIELD = "metadata.name";
    private static final String NOWHERE = Api.GROUP + "/nowhere";

    private final DaemonSet template;
    private final String namespace;
    private final Optional<OwnerReference> owner;

    /** @param owner with which the DaemonSet is deleted, if there is one */
    public AgentDaemonSet(DaemonSet template, String namespace, Optional<OwnerReference> owner) {
        this.template = template;
        this.namespace = namespace;
        this.owner = owner;
    }

    /** The nodes that need an agent. */
    public static SortedSet<String> nodes(Collection<NodeCapture> orders) {
        SortedSet<String> nodes = new TreeSet<>();
        orders.stream()
                .filter(order -> order.getMetadata().getFinalizers().contains(Api.AGENT_FINALIZER))
                .forEach(order -> nodes.add(order.getSpec().nodeName()));
        return nodes;
    }

    /** The DaemonSet as it is to be applied, complete but for its status. */
    public DaemonSet on(SortedSet<String> nodes) {
        return new DaemonSetBuilder(template)
                .withMetadata(new ObjectMetaBuilder()
                        .withName(NAME)
                        .withNamespace(namespace)
                        .withLabels(orEmpty(template.getMetadata().getLabels()))
                        .addToLabels(LABELS)
                        .addToLabels("app.kubernetes.io/managed-by", "nltap-operator")
                        .withAnnotations(orEmpty(template.getMetadata().getAnnotations()))
                        .withOwnerReferences(owner.stream().toList())
                        .build())
                .withStatus(null)
                .editSpec()
                .withSelector(new LabelSelectorBuilder().withMatchLabels(LABELS).build())
                .withNewUpdateStrategy()
                .withType("OnDelete")
                .endUpdateStrategy()
                .editTemplate()
                .editOrNewMetadata()
                .addToLabels(LABELS)
                .endMetadata()
                .editSpec()
                .editOrNewAffinity()
                .editOrNewNodeAffinity()
                .withNewRequiredDuringSchedulingIgnoredDuringExecution()
                .withNodeSelectorTerms(terms(nodes))
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .endNodeAffinity()
                .endAffinity()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }

    /** Whether a DaemonSet has its agents on just these nodes. */
    public boolean runsOn(DaemonSet current, SortedSet<String> nodes) {
        return affinityOf(current).equals(affinityOf(on(nodes)));
    }

    private static List<NodeSelectorTerm> affinityOf(DaemonSet agents) {
        var affinity = agents.getSpec().getTemplate().getSpec().getAffinity();
        var nodeAffinity = affinity == null ? null : affinity.getNodeAffinity();
        var required = nodeAffinity == null ? null : nodeAffinity.getRequiredDuringSchedulingIgnoredDuringExecution();
        return required == null ? List.of() : required.getNodeSelectorTerms();
    }

    /** Terms are alternatives, and a term takes exactly one node name: one term for each node and each own term. */
    private List<NodeSelectorTerm> terms(SortedSet<String> nodes) {
        if (nodes.isEmpty()) {
            return List.of(nowhere());
        }
        List<NodeSelectorTerm> own = ownTerms();
        return nodes.stream()
                .flatMap(node -> own.stream()
                        .map(term -> new NodeSelectorTermBuilder(term)
                                .addToMatchFields(new NodeSelectorRequirementBuilder()
                                        .withKey(NODE_NAME_FIELD)
                                        .withOperator("In")
                                        .withValues(node)
                                        .build())
                                .build()))
                .toList();
    }

    private List<NodeSelectorTerm> ownTerms() {
        List<NodeSelectorTerm> own = affinityOf(template);
        return own.isEmpty() ? List.of(new NodeSelectorTerm()) : own;
    }

    /** Matches no node, whatever its labels: an empty list of terms would be refused. */
    private static NodeSelectorTerm nowhere() {
        return new NodeSelectorTermBuilder()
                .addNewMatchExpression()
                .withKey(NOWHERE)
                .withOperator("Exists")
                .endMatchExpression()
                .addNewMatchExpression()
                .withKey(NOWHERE)
                .withOperator("DoesNotExist")
                .endMatchExpression()
                .build();
    }

    private static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
        return map == null ? Map.of() : map;
    }
}
