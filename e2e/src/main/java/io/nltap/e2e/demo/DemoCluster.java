// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.demo;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributes;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.nltap.api.v1alpha1.Api;
import io.nltap.api.v1alpha1.CaptureStore;
import io.nltap.api.v1alpha1.CaptureStoreSpec;
import io.nltap.api.v1alpha1.FilesystemStore;
import io.nltap.e2e.apiserver.EmbeddedApiServer;
import io.nltap.e2e.apiserver.Identity;
import io.nltap.e2e.node.AgentDaemon;
import io.nltap.e2e.node.FakeKubelet;
import io.nltap.e2e.node.PodPlan;
import io.nltap.e2e.node.PodSandbox;
import io.nltap.e2e.process.AgentProgram;
import io.nltap.e2e.process.Closer;
import io.nltap.e2e.process.OperatorProcess;
import io.nltap.e2e.process.ServerCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;

/**
 * A cluster of one node, all on this machine and over loopback: an API server in process, the operator and, when it is
 * wanted, the agent as processes, and pods as a kubelet makes them.
 */
final class DemoCluster implements AutoCloseable {
    static final String NODE = "demo-node";
    static final String OPERATOR_NAMESPACE = "nltap";
    static final String USER_TOKEN = "the-token-of-a-user";

    private static final String USER = "demo-user";
    private static final Identity AGENT =
            Identity.podOn(NODE, OPERATOR_NAMESPACE, "nltap-agent", "nltap-agent-demo", Api.TOKEN_AUDIENCE);
    private static final String AGENT_TOKEN = "the-token-of-the-agent";
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

    private final DemoFiles files;
    private final Path modules;
    private final Closer closer = new Closer();
    private final EmbeddedApiServer server;
    private final KubernetesClient client;
    private final ServerCertificate certificate;
    private final OperatorProcess operator;
    private final FakeKubelet kubelet;
    private final AgentDaemon daemon;

    private DemoCluster(DemoFiles files, Path modules, Narrator narrator, Clock clock)
            throws IOException, InterruptedException {
        this.files = files;
        this.modules = modules;
        this.server = closer.own(EmbeddedApiServer.start());
        this.client = closer.own(server.newClient());
        this.certificate = ServerCertificate.make(files.certificates());
        populate();
        this.operator = closer.own(OperatorProcess.open(operatorSettings()));
        this.kubelet = closer.own(new FakeKubelet(client, NODE, CGROUPS, files.logs(), clock));
        kubelet.register();
        this.daemon = closer.own(new AgentDaemon(
                client, OPERATOR_NAMESPACE, NODE, () -> agentProgram().open(), said -> narrator.step("%s", said)));
    }

    /** @param modules where the kernel modules of this machine are, by kernel release */
    static DemoCluster open(DemoFiles files, Path modules, Narrator narrator, Clock clock)
            throws IOException, InterruptedException {
        return new DemoCluster(files, modules, narrator, clock);
    }

    KubernetesClient client() {
        return client;
    }

    OperatorProcess operator() {
        return operator;
    }

    AgentDaemon daemon() {
        return daemon;
    }

    /** PEM of the authority of the gateway's certificate. */
    String gatewayAuthority() throws IOException {
        return Files.readString(certificate.certificate());
    }

    PodSandbox run(PodPlan plan) throws IOException {
        return kubelet.run(plan);
    }

    /** Lets the cluster do what is due; throws when a part of it ended. */
    void doWork() {
        operator.mustRun();
        daemon.doWork();
    }

    private void populate() throws IOException {
        try (Stream<Path> definitions = Files.list(files.definitions())) {
            for (Path definition : definitions.toList()) {
                try (InputStream yaml = Files.newInputStream(definition)) {
                    server.define(yaml);
                }
            }
        }
        server.addToken(AGENT_TOKEN, AGENT);
        server.addToken(USER_TOKEN, Identity.user(USER));
        server.authorizeBy(DemoCluster::isAllowed);
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(OPERATOR_NAMESPACE)
                        .endMetadata()
                        .build())
                .create();
        CaptureStore store = new CaptureStore();
        store.getMetadata().setName("default");
        store.setSpec(new CaptureStoreSpec(null, new FilesystemStore(null)));
        client.resource(store).create();
    }

    /** What the chart's roles say of an agent, and the role edit of a user. */
    private static boolean isAllowed(SubjectAccessReviewSpec asked) {
        ResourceAttributes what = asked.getResourceAttributes();
        if (!"artifacts".equals(what.getSubresource())) {
            return false;
        }
        if (AGENT.user().equals(asked.getUser())) {
            return "create".equals(what.getVerb())
                    && "nodecaptures".equals(what.getResource())
                    && OPERATOR_NAMESPACE.equals(what.getNamespace());
        }
        return USER.equals(asked.getUser())
                && "get".equals(what.getVerb())
                && "netlinkcaptures".equals(what.getResource());
    }

    private OperatorProcess.Settings operatorSettings() throws IOException {
        List<Integer> ports = freePorts();
        return new OperatorProcess.Settings(
                files.operatorJar(),
                OPERATOR_NAMESPACE,
                server.url(),
                certificate,
                files.resource("agent-daemonset.yaml"),
                files.store(),
                ports.get(0),
                ports.get(1),
                files.logs().resolve("operator.log"));
    }

    private AgentProgram agentProgram() {
        return new AgentProgram(
                files.agentClassPath(),
                NODE,
                OPERATOR_NAMESPACE,
                server.url(),
                certificate.certificate(),
                AGENT_TOKEN,
                modules,
                files.agentState(),
                files.logs().resolve("agent.log"));
    }

    private static List<Integer> freePorts() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket one = new ServerSocket(0, 1, loopback);
                ServerSocket other = new ServerSocket(0, 1, loopback)) {
            return List.of(one.getLocalPort(), other.getLocalPort());
        }
    }

    @Override
    public void close() throws Exception {
        closer.close();
    }
}
