// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.capture;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.nltap.api.v1alpha1.CaptureStore;
import io.nltap.api.v1alpha1.CaptureStoreSpec;
import io.nltap.api.v1alpha1.FilesystemStore;
import io.nltap.api.v1alpha1.NetlinkCapture;
import io.nltap.api.v1alpha1.NodeCapture;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/**
 * An API server as its administrator sees it, with a namespace for users and one for the operator, both of this
 * cluster's own, and names that no other cluster on the same server uses.
 */
abstract class TestCluster implements AutoCloseable {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    private final String id = UUID.randomUUID().toString().substring(0, 8);
    final String users = "shop-" + id;
    final String operators = "nltap-" + id;
    final String store = "store-" + id;

    /** With every right there is. */
    abstract KubernetesClient admin();

    /** As the operator is given it. */
    abstract KubernetesClient operatorsClient();

    final void prepare() {
        createNamespace(users);
        createNamespace(operators);
        createStore(store);
    }

    final String node(String name) {
        return name + "-" + id;
    }

    final void createNode(String name) {
        Node node = admin().resource(new NodeBuilder()
                        .withNewMetadata()
                        .withName(node(name))
                        .endMetadata()
                        .build())
                .create();
        setReady(node.getMetadata().getName(), true);
    }

    final void setReady(String nodeName, boolean ready) {
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        admin().nodes().withName(nodeName).subresource("status").patch(MERGE, """
                        {"status": {"conditions": [{"type": "Ready", "status": "%s", "reason": "Test",
                          "message": "set by a test", "lastHeartbeatTime": "%s", "lastTransitionTime": "%s"}]}}""".formatted(
                        ready ? "True" : "Unknown", now, now));
    }

    final Pod runningPod(String name, String app, String node) {
        return run(pod(name, app, node, false));
    }

    final Pod hostNetworkPod(String name, String app, String node) {
        return run(pod(name, app, node, true));
    }

    /** Made, but as nothing has started it yet. */
    final Pod pendingPod(String name, String app, String node) {
        return admin().resource(pod(name, app, node, false)).create();
    }

    final Pod run(Pod pod) {
        if (admin().resource(pod).get() == null) {
            admin().resource(pod).create();
        }
        return restart(pod);
    }

    /** A new container, as after a crash. */
    final Pod restart(Pod pod) {
        return admin().pods()
                .inNamespace(users)
                .withName(pod.getMetadata().getName())
                .subresource("status")
                .patch(MERGE, """
                        {"status": {"phase": "Running", "containerStatuses": [{"name": "app", "image": "app",
                          "imageID": "app", "ready": true, "restartCount": 0, "containerID": "containerd://%s",
                          "state": {"running": {}}}]}}""".formatted(containerId()));
    }

    final void deletePod(String name) {
        admin().pods().inNamespace(users).withName(name).withGracePeriod(0).delete();
    }

    final NetlinkCapture capture(String name) {
        return admin().resources(NetlinkCapture.class)
                .inNamespace(users)
                .withName(name)
                .get();
    }

    final NetlinkCapture apply(String name, String spec) {
        NetlinkCapture capture = admin().getKubernetesSerialization()
                .unmarshal("""
                        apiVersion: nltap.io/v1alpha1
                        kind: NetlinkCapture
                        metadata: {name: %s, namespace: %s}
                        spec:
                        %s""".formatted(name, users, spec.indent(2)), NetlinkCapture.class);
        return admin().resource(capture).create();
    }

    final void stop(String name) {
        admin().resources(NetlinkCapture.class)
                .inNamespace(users)
                .withName(name)
                .patch(MERGE, "{\"spec\":{\"stop\":true}}");
    }

    final void delete(String name) {
        admin().resources(NetlinkCapture.class)
                .inNamespace(users)
                .withName(name)
                .delete();
    }

    final List<NodeCapture> orders() {
        return admin().resources(NodeCapture.class)
                .inNamespace(operators)
                .list()
                .getItems();
    }

    final void createStore(String name) {
        CaptureStore captureStore = new CaptureStore();
        captureStore.getMetadata().setName(name);
        captureStore.setSpec(new CaptureStoreSpec(null, new FilesystemStore("artifacts")));
        admin().resource(captureStore).create();
    }

    /** What is on an operator's cluster for a capture to begin: not more than was there before. */
    void removeWhatIsLeft() {
        admin().resources(NetlinkCapture.class).inNamespace(users).delete();
        admin().resources(NodeCapture.class)
                .inNamespace(operators)
                .list()
                .getItems()
                .forEach(order -> admin().resource(order).edit(it -> {
                    it.getMetadata().setFinalizers(List.of());
                    it.getMetadata().setResourceVersion(null);
                    return it;
                }));
        admin().resources(NetlinkCapture.class)
                .inNamespace(users)
                .list()
                .getItems()
                .forEach(capture -> admin().resource(capture).edit(it -> {
                    it.getMetadata().setFinalizers(List.of());
                    it.getMetadata().setResourceVersion(null);
                    return it;
                }));
        admin().resources(NodeCapture.class).inNamespace(operators).delete();
        for (String namespace : List.of(users, operators)) {
            admin().apps().daemonSets().inNamespace(namespace).delete();
            admin().pods().inNamespace(namespace).withGracePeriod(0).delete();
            admin().namespaces().withName(namespace).delete();
        }
        admin().resources(CaptureStore.class).withName(store).delete();
        admin().nodes().list().getItems().stream()
                .filter(node -> node.getMetadata().getName().endsWith(id))
                .forEach(node -> admin().resource(node).delete());
    }

    private Pod pod(String name, String app, String node, boolean hostNetwork) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(users)
                .withLabels(Map.of("app", app))
                .endMetadata()
                .withNewSpec()
                .withNodeName(node(node))
                .withHostNetwork(hostNetwork)
                .withAutomountServiceAccountToken(false)
                .addNewContainer()
                .withName("app")
                .withImage("app")
                .endContainer()
                .endSpec()
                .build();
    }

    private void createNamespace(String name) {
        admin().resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
        awaitReady(name);
    }

    /** A real cluster takes no pods until its controllers have made the service account. */
    void awaitReady(String namespace) {
        await().atMost(LONG)
                .until(() -> admin().namespaces().withName(namespace).get() != null);
    }

    private static String containerId() {
        byte[] bytes = new byte[32];
        new Random().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
