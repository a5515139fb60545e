// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.node;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.nltap.e2e.process.ChildProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What the DaemonSet controller and the kubelet of one node make of the operator's DaemonSet: while it admits the node,
 * an agent runs there. Does its work when it is asked to; not thread-safe.
 */
public final class AgentDaemon implements AutoCloseable {
    /** Starts an agent on this node. */
    public interface AgentStart {
        ChildProgram open() throws IOException;
    }

    private final KubernetesClient client;
    private final String namespace;
    private final String nodeName;
    private final AgentStart start;
    private final Consumer<String> said;
    private Optional<ChildProgram> agent = Optional.empty();

    /**
     * @param namespace of the operator
     * @param said told when the agent is started and when it is ended
     */
    public AgentDaemon(
            KubernetesClient client, String namespace, String nodeName, AgentStart start, Consumer<String> said) {
        this.client = client;
        this.namespace = namespace;
        this.nodeName = nodeName;
        this.start = start;
        this.said = said;
    }

    public boolean isRunning() {
        return agent.isPresent();
    }

    /**
     * Starts or ends the agent, as the DaemonSet wants it by now.
     *
     * @throws IllegalStateException when the agent ended by itself
     */
    public void doWork() {
        boolean wanted = isWanted();
        if (wanted && agent.isEmpty()) {
            said.accept("the DaemonSet of the operator wants an agent on " + nodeName + ": starting it");
            agent = Optional.of(open());
            reportToApi(1);
        } else if (!wanted && agent.isPresent()) {
            said.accept("no capture wants " + nodeName + " any more: ending its agent");
            close();
            reportToApi(0);
        }
        agent.ifPresent(ChildProgram::mustRun);
    }

    private ChildProgram open() {
        try {
            return start.open();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the agent", e);
        }
    }

    private boolean isWanted() {
        Node node = client.nodes().withName(nodeName).get();
        return node != null
                && daemonSets().stream()
                        .anyMatch(set ->
                                NodeSelection.admits(set.getSpec().getTemplate().getSpec(), node));
    }

    private List<DaemonSet> daemonSets() {
        return client.apps().daemonSets().inNamespace(namespace).list().getItems();
    }

    private void reportToApi(int running) {
        for (DaemonSet set : daemonSets()) {
            client.resource(set)
                    .editStatus(old -> new DaemonSetBuilder(old)
                            .withNewStatus()
                            .withObservedGeneration(old.getMetadata().getGeneration())
                            .withDesiredNumberScheduled(running)
                            .withCurrentNumberScheduled(running)
                            .withNumberReady(running)
                            .withNumberAvailable(running)
                            .withNumberMisscheduled(0)
                            .endStatus()
                            .build());
        }
    }

    /** Ends the agent, if it runs, by SIGTERM. */
    @Override
    public void close() {
        agent.ifPresent(ChildProgram::close);
        agent = Optional.empty();
    }
}
