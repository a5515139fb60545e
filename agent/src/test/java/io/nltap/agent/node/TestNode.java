// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.CustomResourceDefinitionContext;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.nltap.agent.witness.Slowness;
import io.nltap.api.v1alpha1.Api;
import io.nltap.api.v1alpha1.NodeCapture;
import io.nltap.api.v1alpha1.NodeCaptureSpec;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import io.nltap.api.v1alpha1.NodePhase;
import io.nltap.api.v1alpha1.NodeTarget;
import io.nltap.e2e.apiserver.EmbeddedApiServer;
import io.nltap.e2e.process.ChildProgram;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A node with an agent that runs as a process of its own, an API server and a gateway. */
final class TestNode implements AutoCloseable {
    static final String NAME = "node-1";
    static final String NAMESPACE = "nltap-test";

    private static final ResourceDefinitionContext NODE_CAPTURES =
            CustomResourceDefinitionContext.fromCustomResourceType(NodeCapture.class);
    private static final String TOKEN = "token-of-the-agent";
    private static final Duration PATIENCE = Slowness.allow(Duration.ofSeconds(90));

    private final Path directory;
    private final Path state;
    private final EmbeddedApiServer server = EmbeddedApiServer.start();
    private final KubernetesClient client = server.newClient();
    private final FakeGateway gateway;
    private final Deque<TestPod> pods = new ArrayDeque<>();
    private final Map<String, String> settings = new TreeMap<>();
    private ChildProgram agent;

    TestNode(Path directory) throws IOException {
        this(directory, Files.createDirectories(directory.resolve("state")));
    }

    /** @param state what outlives the agent */
    TestNode(Path directory, Path state) throws IOException {
        this.directory = directory;
        this.state = state;
        this.gateway = FakeGateway.open(TOKEN);
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        .endMetadata()
                        .build())
                .create();
        Path token = Files.writeString(directory.resolve("token"), TOKEN);
        settings.put("NODE_NAME", NAME);
        settings.put("NLTAP_NAMESPACE", NAMESPACE);
        settings.put("NLTAP_API_SERVER", server.url().toString());
        settings.put("NLTAP_STATE_DIR", state.toString());
        settings.put("NLTAP_TOKEN_FILE", token.toString());
        settings.put("NLTAP_UPLOAD_GRACE", "12s");
    }

    FakeGateway gateway() {
        return gateway;
    }

    EmbeddedApiServer server() {
        return server;
    }

    TestNode with(String setting, String value) {
        settings.put(setting, value);
        return this;
    }

    /** Its command line is what a container's would be. */
    void startAgent(String... prefix) throws IOException {
        List<String> command = new ArrayList<>(List.of(prefix));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-Xmx128m",
                "-Djava.io.tmpdir=" + directory,
                "-cp",
                System.getProperty("java.class.path"),
                "io.nltap.agent.node.AgentMain"));
        agent = ChildProgram.open("agent", command, settings, log(), Slowness.allow(Duration.ofSeconds(20)));
    }

    /** To be read after the test: -Dnltap.test.logs=DIR. */
    private Path log() {
        Path logs = Path.of(System.getProperty("nltap.test.logs", directory.toString()));
        return logs.resolve("agent-" + directory.getFileName() + ".log");
    }

    long agentPid() {
        return agent.pid();
    }

    String agentLog() {
        return agent.lastLines(2000);
    }

    /** SIGTERM, and waits for the end. */
    void endAgent() {
        agent.close();
    }

    /** SIGKILL. */
    void killAgent() {
        Commands.run("kill", "-9", Long.toString(agent.pid()));
        await("the agent's death").atMost(PATIENCE).until(() -> !agent.isRunning());
    }

    TestPod pod(String name) throws IOException {
        TestPod pod = TestPod.open(name, directory);
        pods.push(pod);
        return pod;
    }

    TestPod podOnHostNetwork(String name) throws IOException {
        TestPod pod = TestPod.openOnHostNetwork(name, directory);
        pods.push(pod);
        return pod;
    }

    TestPod pod(NodeTarget identity) throws IOException {
        TestPod pod = TestPod.open(identity, directory);
        pods.push(pod);
        return pod;
    }

    NodeCapture apply(TestOrder order) {
        return client.resource(order.toNodeCapture(NAMESPACE, NAME, gateway.address()))
                .create();
    }

    void change(String name, UnaryOperator<NodeCaptureSpec> change) {
        await("a change of " + name + " that nobody else's crosses")
                .atMost(PATIENCE)
                .until(() -> tryChange(name, change));
    }

    /** Whether nobody wrote between reading and writing. */
    private boolean tryChange(String name, UnaryOperator<NodeCaptureSpec> change) {
        try {
            client.resources(NodeCapture.class)
                    .inNamespace(NAMESPACE)
                    .withName(name)
                    .edit(capture -> {
                        capture.setSpec(change.apply(capture.getSpec()));
                        return capture;
                    });
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
            return false;
        }
    }

    void stop(String name) {
        change(
                name,
                spec -> new NodeCaptureSpec(
                        spec.nodeName(),
                        spec.capture(),
                        spec.targets(),
                        spec.filter(),
                        spec.limits(),
                        spec.segments(),
                        spec.compression(),
                        spec.format(),
                        spec.gateway(),
                        true));
    }

    void retarget(String name, List<NodeTarget> targets) {
        change(
                name,
                spec -> new NodeCaptureSpec(
                        spec.nodeName(),
                        spec.capture(),
                        targets,
                        spec.filter(),
                        spec.limits(),
                        spec.segments(),
                        spec.compression(),
                        spec.format(),
                        spec.gateway(),
                        spec.stop()));
    }

    void delete(String name) {
        client.resources(NodeCapture.class)
                .inNamespace(NAMESPACE)
                .withName(name)
                .delete();
    }

    KubernetesClient client() {
        return client;
    }

    boolean exists(String name) {
        return find(name) != null;
    }

    /** All answers to one order, each as it came, no two of them alike that follow each other. */
    static final class Answers implements AutoCloseable, Watcher<NodeCapture> {
        private final List<NodeCaptureStatus> all = new CopyOnWriteArrayList<>();
        private Watch watch;

        List<NodeCaptureStatus> soFar() {
            return List.copyOf(all);
        }

        @Override
        public void eventReceived(Action action, NodeCapture capture) {
            NodeCaptureStatus status = capture.getStatus();
            if (status != null && (all.isEmpty() || !all.get(all.size() - 1).equals(status))) {
                all.add(status);
            }
        }

        @Override
        public void onClose(WatcherException cause) {
            throw new IllegalStateException("the API server ended the watch", cause);
        }

        @Override
        public void close() {
            watch.close();
        }
    }

    Answers watchAnswers(String name) {
        Answers answers = new Answers();
        answers.watch = client.resources(NodeCapture.class)
                .inNamespace(NAMESPACE)
                .withName(name)
                .watch(answers);
        return answers;
    }

    NodeCaptureStatus status(String name) {
        NodeCapture capture = find(name);
        return capture == null || capture.getStatus() == null ? NodeCaptureStatus.PENDING : capture.getStatus();
    }

    /** As the API server has it, or nothing; one that is malformed has no spec here. */
    private NodeCapture find(String name) {
        GenericKubernetesResource found = client.genericKubernetesResources(NODE_CAPTURES)
                .inNamespace(NAMESPACE)
                .withName(name)
                .get();
        if (found == null) {
            return null;
        }
        NodeCapture capture = new NodeCapture();
        capture.setMetadata(found.getMetadata());
        capture.setStatus(client.getKubernetesSerialization()
                .convertValue(found.getAdditionalProperties().get("status"), NodeCaptureStatus.class));
        return capture;
    }

    NodeCaptureStatus awaitStatus(String name, String what, Predicate<NodeCaptureStatus> condition) {
        try {
            return await(name + ": " + what)
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> status(name), condition);
        } catch (RuntimeException e) {
            throw new AssertionError(
                    "%s: %s did not come to be.%nStatus: %s%nAgent's log:%n%s"
                            .formatted(name, what, status(name), agentLog()),
                    e);
        }
    }

    NodeCaptureStatus awaitPhase(String name, NodePhase phase) {
        return awaitStatus(name, "phase " + phase, status -> status.phase() == phase);
    }

    /** The answer is final, and the agent's promise is kept. */
    NodeCaptureStatus awaitReleased(String name) {
        NodeCaptureStatus last =
                awaitStatus(name, "final phase", status -> status.phase().isFinal());
        await(name + ": finalizer gone").atMost(PATIENCE).until(() -> {
            NodeCapture capture = find(name);
            return capture == null || capture.getMetadata().getFinalizers().isEmpty();
        });
        return last;
    }

    boolean isPromised(String name) {
        NodeCapture capture = find(name);
        return capture != null && capture.getMetadata().getFinalizers().contains(Api.AGENT_FINALIZER);
    }

    /** Segments of the capture in the store, and whose their packets are, by their keys. */
    Map<String, byte[]> stored(String name) {
        Map<String, byte[]> segments = new TreeMap<>(files(name));
        segments.keySet().removeIf(key -> !Character.isDigit(key.charAt(key.lastIndexOf('/') + 1)));
        return segments;
    }

    /** All files of the capture in the store, by their keys. */
    Map<String, byte[]> files(String name) {
        Map<String, byte[]> found = new TreeMap<>();
        gateway.files().forEach((key, bytes) -> {
            if (key.startsWith("shop/" + name + "/uid-of-" + name + "/" + NAME + "/")) {
                found.put(key, bytes);
            }
        });
        return found;
    }

    List<Path> spooled() throws IOException {
        Path spool = state.resolve("spool");
        if (!Files.isDirectory(spool)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(spool)) {
            return files.filter(file -> !file.equals(spool) && !file.endsWith(".lock"))
                    .toList();
        }
    }

    static boolean nlmonIsLoaded() throws IOException {
        return Files.readString(Path.of("/proc/modules")).contains("nlmon ");
    }

    /** As it was before: no device, no module, nothing in the spool. */
    void assertClean() throws IOException {
        assertThat(Commands.run("ip", "-o", "link", "show", "type", "nlmon")).isBlank();
        for (TestPod pod : pods) {
            assertThat(pod.nlmonDevices()).as("nlmon devices of the pod").isEmpty();
        }
        assertThat(nlmonIsLoaded()).as("module nlmon is loaded").isFalse();
        assertThat(spooled()).as("files in the spool").isEmpty();
    }

    void endPod(TestPod pod) throws IOException {
        pods.remove(pod);
        pod.close();
    }

    @Override
    public void close() throws IOException {
        if (agent != null) {
            agent.close();
        }
        while (!pods.isEmpty()) {
            pods.pop().close();
        }
        gateway.close();
        client.close();
        server.close();
    }
}
