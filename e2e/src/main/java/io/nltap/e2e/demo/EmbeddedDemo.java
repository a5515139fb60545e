// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.demo;

import io.nltap.api.v1alpha1.NetlinkCapture;
import io.nltap.e2e.capture.ArtifactDownload;
import io.nltap.e2e.node.NodeState;
import io.nltap.e2e.node.PodPlan;
import io.nltap.e2e.node.PodSandbox;
import io.nltap.e2e.process.ServerCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The demo on this machine, or inside User Mode Linux, from nothing: no cluster, no container runtime, no network. */
final class EmbeddedDemo {
    private static final String NAMESPACE = "default";

    /** The pod that the example selects. */
    private static final String SELECTED = "router";

    /** A name that most messages of the other pod have in them, and none of the selected one's. */
    private static final String OTHERS_MARK = "bystander0";

    /** A program of the selected pod that is stopped while it listens to what others change. */
    private static final String LISTENER = "ip";

    private static final Duration START = Duration.ofSeconds(180);
    private static final Duration CAPTURE = Duration.ofSeconds(240);
    private static final Duration END = Duration.ofSeconds(120);

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
            Waiting waiting = new Waiting(clock, cluster::doWork);
            waiting.until("the operator to be ready", cluster.operator()::isReady, START);
            narrator.step("The operator is ready");
            DemoCapture capture = new DemoCapture(cluster.client(), files, narrator, clock, cluster::doWork);
            long roundsBefore = rounds(bystander);
            NetlinkCapture finished = capture.run(NAMESPACE, CAPTURE);
            long rounds = rounds(bystander) - roundsBefore;
            DemoVerdict verdict = new DemoVerdict(files, narrator, download(cluster), DemoCluster.USER_TOKEN);
            List<Path> fetched = verdict.judge(finished, SELECTED, OTHERS_MARK);
            narrator.check(rounds > 0, "though it talked of it in %d rounds meanwhile", rounds);
            verdict.show(fetched);
            verdict.judgeFindings(finished, LISTENER);
            capture.delete(finished, DemoCluster.OPERATOR_NAMESPACE);
            narrator.check(storedFiles() > 0, "its files stay in the store: %s", files.shown(files.store()));
            waiting.until(
                    "the agent to be wanted no more", () -> !cluster.daemon().isRunning(), END);
            NodeState after = NodeState.read();
            narrator.check(after.equals(before), "the node is as it was: %s", after.words());
        }
        narrator.detail("logs of operator, agent and pods: " + files.shown(files.logs()));
        narrator.detail("the same on a cluster with nltap (README.md): ./dev demo --kubeconfig FILE");
    }

    private PodSandbox startPods(DemoCluster cluster) throws IOException {
        cluster.run(new PodPlan(NAMESPACE, SELECTED, Map.of("app", "nltap-demo"), files.resource("router.sh")));
        PodSandbox bystander = cluster.run(
                new PodPlan(NAMESPACE, "bystander", Map.of("app", "bystander"), files.resource("bystander.sh")));
        narrator.step("Two pods run on %s and talk netlink: %s and bystander", DemoCluster.NODE, SELECTED);
        return bystander;
    }

    /** How often the bystander has said all it has to say: its program writes a line each time. */
    private static long rounds(PodSandbox bystander) throws IOException {
        try (Stream<String> lines = Files.lines(bystander.log())) {
            return lines.filter(line -> line.startsWith("round ")).count();
        }
    }

    private static ArtifactDownload download(DemoCluster cluster) throws Exception {
        return new ArtifactDownload(cluster.operator().gateway(), ServerCertificate.NAME, cluster.gatewayAuthority());
    }

    private long storedFiles() throws IOException {
        try (Stream<Path> stored = Files.walk(files.store())) {
            return stored.filter(file -> file.toString().contains(".pcapng")).count();
        }
    }
}
