// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.demo;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.nltap.api.v1alpha1.NetlinkCapture;
import io.nltap.api.v1alpha1.NodeCapture;
import io.nltap.e2e.capture.ArtifactDownload;
import io.nltap.e2e.capture.CaptureFollower;
import io.nltap.e2e.node.NodeState;
import io.nltap.e2e.node.PodPlan;
import io.nltap.e2e.node.PodSandbox;
import io.nltap.e2e.process.ServerCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** The demo on this machine, or inside User Mode Linux, from nothing: no cluster, no container runtime, no network. */
final class EmbeddedDemo {
    private static final String NAMESPACE = "default";
    /** The pod that the example selects, and the name that every message of the other one has in it. */
    private static final String SELECTED = "router";

    private static final String OTHERS_MARK = "bystander0";
    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration CAPTURE = Duration.ofSeconds(120);
    private static final Duration END = Duration.ofSeconds(60);

    private final DemoFiles files;
    private final Path modules;
    private final Narrator narrator;
    private final Clock clock;

    /** @param modules where the kernel modules of this machine are, by kernel release */
    EmbeddedDemo(DemoFiles files, Path modules, Narrator narrator, Clock clock) {
        this.files = files;
        this.modules = modules;
        this.narrator = narrator;
        this.clock = clock;
    }

    void run() throws Exception {
        files.begin();
        NodeState before = NodeState.read();
        narrator.step("This is kernel %s: %s", System.getProperty("os.version"), before.words());
        try (DemoCluster cluster = DemoCluster.open(files, modules, narrator, clock)) {
            narrator.step("A Kubernetes API runs, and the operator starts");
            PodSandbox bystander = startPods(cluster);
            await(cluster, "the operator to be ready", cluster.operator()::isReady, START);
            narrator.step("The operator is ready");
            NetlinkCapture capture = capture(cluster);
            bystander.mustRun();
            List<Path> fetched = judge(cluster, capture);
            delete(cluster, capture);
            await(
                    cluster,
                    "the agent to be wanted no more",
                    () -> !cluster.daemon().isRunning(),
                    END);
            NodeState after = NodeState.read();
            narrator.check(after.equals(before), "the node is as before: %s", after.words());
            conclude(fetched);
        }
    }

    private PodSandbox startPods(DemoCluster cluster) throws IOException {
        cluster.run(new PodPlan(NAMESPACE, SELECTED, Map.of("app", "nltap-demo"), files.resource("router.sh")));
        PodSandbox bystander = cluster.run(
                new PodPlan(NAMESPACE, "bystander", Map.of("app", "bystander"), files.resource("bystander.sh")));
        narrator.step("Two pods run on %s and talk netlink: %s and bystander", DemoCluster.NODE, SELECTED);
        return bystander;
    }

    private NetlinkCapture capture(DemoCluster cluster) throws IOException, InterruptedException, TimeoutException {
        KubernetesClient client = cluster.client();
        NetlinkCapture wanted;
        try (InputStream yaml = Files.newInputStream(files.example())) {
            wanted = client.resources(NetlinkCapture.class).load(yaml).item();
        }
        wanted.getMetadata().setNamespace(NAMESPACE);
        NetlinkCapture created = client.resource(wanted).create();
        narrator.step("kubectl apply -f %s; kubectl get nlc -w", files.shown(files.example()));
        NetlinkCapture finished = new CaptureFollower(client, clock, narrator.out())
                .follow(created, status -> status.phase().isFinal(), CAPTURE, () -> look(cluster));
        Files.writeString(
                files.finalCapture(), client.getKubernetesSerialization().asYaml(finished));
        return finished;
    }

    private List<Path> judge(DemoCluster cluster, NetlinkCapture capture) throws IOException, GeneralSecurityException {
        ArtifactDownload download =
                new ArtifactDownload(cluster.operator().gateway(), ServerCertificate.NAME, cluster.gatewayAuthority());
        DemoVerdict verdict =
                new DemoVerdict(narrator, new DemoVerdict.Fetching(download, DemoCluster.USER_TOKEN, files.work()));
        narrator.step("It ended; the status (%s):", files.shown(files.finalCapture()));
        verdict.judgeStatus(capture.getStatus());
        narrator.step("The files, fetched from the gateway with a user's token:");
        List<Path> fetched = verdict.judgeFiles(capture, SELECTED, OTHERS_MARK);
        for (Path file : fetched) {
            narrator.detail(files.shown(file));
        }
        return fetched;
    }

    private void delete(DemoCluster cluster, NetlinkCapture capture)
            throws IOException, InterruptedException, TimeoutException {
        KubernetesClient client = cluster.client();
        client.resource(capture).delete();
        await(cluster, "the capture to be gone", () -> client.resource(capture).get() == null, END);
        boolean ordersGone = client.resources(NodeCapture.class)
                .inNamespace(DemoCluster.OPERATOR_NAMESPACE)
                .list()
                .getItems()
                .isEmpty();
        narrator.step("kubectl delete -f %s", files.shown(files.example()));
        narrator.check(ordersGone, "nothing is left of it in the API");
        narrator.check(storedFiles() > 0, "its files stay in the store: %s", files.shown(files.store()));
    }

    private long storedFiles() throws IOException {
        try (Stream<Path> stored = Files.walk(files.store())) {
            return stored.filter(file -> file.toString().contains(".pcapng")).count();
        }
    }

    private void conclude(List<Path> fetched) {
        narrator.step("What to do next:");
        fetched.stream()
                .findFirst()
                .ifPresent(file -> narrator.detail("wireshark %1$s   or: tshark -r %1$s".formatted(files.shown(file))));
        narrator.detail("the same on a cluster: ./dev demo --kubeconfig FILE (README.md tells how to install nltap)");
        narrator.detail("logs of operator, agent and pods: " + files.shown(files.logs()));
    }

    private void await(DemoCluster cluster, String what, BooleanSupplier done, Duration timeout)
            throws InterruptedException, TimeoutException {
        Instant begin = clock.instant();
        while (!done.getAsBoolean()) {
            look(cluster);
            if (Duration.between(begin, clock.instant()).compareTo(timeout) > 0) {
                throw new TimeoutException("waited %d s in vain for %s".formatted(timeout.toSeconds(), what));
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    /** Lets the cluster do what is due; throws when a part of it ended. */
    private static void look(DemoCluster cluster) {
        cluster.operator().mustRun();
        cluster.daemon().doWork();
    }
}
