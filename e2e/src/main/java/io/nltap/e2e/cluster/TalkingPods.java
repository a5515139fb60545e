// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.cluster;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A namespace with two Deployments of one pod each, whose programs talk netlink without any privilege. */
public final class TalkingPods implements AutoCloseable {
    /** The Deployment that examples/netlinkcapture.yaml selects. */
    public static final String SELECTED = "router";

    /** What the other one asks the kernel for, again and again: the route to this address, 203.0.113.77. */
    public static final String OTHERS_MARK = "\u00cb\u0000\u0071\u004d";

    private static final String OTHER = "bystander";
    private static final long START_SECONDS = 180;
    private static final long DELETE_SECONDS = 120;

    private final KubernetesClient client;
    private final String namespace;

    private TalkingPods(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    /**
     * Makes them and waits until both run.
     *
     * @param image with a shell and {@code ip}
     * @param node where they shall run; where the scheduler likes when empty
     * @throws IllegalStateException when they do not get to run
     */
    public static TalkingPods open(KubernetesClient client, String namespace, String image, Optional<String> node) {
        TalkingPods pods = new TalkingPods(client, namespace);
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .create();
        try {
            pods.deploy(SELECTED, "nltap-demo", "ip addr; ip route; ip neigh; ip rule", image, node);
            pods.deploy(OTHER, OTHER, "ip route get 203.0.113.77", image, node);
            pods.awaitRunning(SELECTED, image);
            pods.awaitRunning(OTHER, image);
            return pods;
        } catch (RuntimeException e) {
            pods.close();
            throw e;
        }
    }

    public String namespace() {
        return namespace;
    }

    private void deploy(String name, String app, String talk, String image, Optional<String> node) {
        Deployment deployment = new DeploymentBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withReplicas(1)
                .withNewSelector()
                .withMatchLabels(Map.of("app", app))
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .withLabels(Map.of("app", app))
                .endMetadata()
                .withSpec(podSpec(talk, image, node))
                .endTemplate()
                .endSpec()
                .build();
        client.resource(deployment).create();
    }

    private static PodSpec podSpec(String talk, String image, Optional<String> node) {
        return new PodSpecBuilder()
                .withNodeSelector(
                        node.map(name -> Map.of("kubernetes.io/hostname", name)).orElse(Map.of()))
                .withTerminationGracePeriodSeconds(1L)
                .addNewContainer()
                .withName("main")
                .withImage(image)
                .withImagePullPolicy("IfNotPresent")
                .withCommand("sh", "-c", "while :; do %s; sleep 1; done".formatted(talk))
                .endContainer()
                .build();
    }

    private void awaitRunning(String name, String image) {
        try {
            client.apps()
                    .deployments()
                    .inNamespace(namespace)
                    .withName(name)
                    .waitUntilReady(START_SECONDS, TimeUnit.SECONDS);
        } catch (KubernetesClientTimeoutException e) {
            throw new IllegalStateException(
                    "the pod %s/%s does not run after %d s: can its node get the image %s? (see --image and --node)"
                            .formatted(namespace, name, START_SECONDS, image),
                    e);
        }
    }

    /** Deletes the namespace with all that is in it, and waits until it is gone. */
    @Override
    public void close() {
        client.namespaces()
                .withName(namespace)
                .withTimeout(DELETE_SECONDS, TimeUnit.SECONDS)
                .delete();
    }
}
