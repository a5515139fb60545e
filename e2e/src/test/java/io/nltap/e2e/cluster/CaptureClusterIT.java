// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.LocalPortForward;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.nltap.api.v1alpha1.Api;
import io.nltap.api.v1alpha1.Artifact;
import io.nltap.api.v1alpha1.ArtifactRole;
import io.nltap.api.v1alpha1.CapturePhase;
import io.nltap.api.v1alpha1.EndedBy;
import io.nltap.api.v1alpha1.Limits;
import io.nltap.api.v1alpha1.NetlinkCapture;
import io.nltap.api.v1alpha1.NetlinkCaptureSpec;
import io.nltap.api.v1alpha1.NetlinkCaptureStatus;
import io.nltap.api.v1alpha1.NodeCapture;
import io.nltap.api.v1alpha1.NodeSummary;
import io.nltap.api.v1alpha1.Targets;
import io.nltap.e2e.capture.ArtifactDownload;
import io.nltap.e2e.capture.CaptureFile;
import io.nltap.e2e.capture.CaptureFollower;
import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Captures on the cluster that {@code -Dnltap.kubeconfig} names, where nltap is installed; {@code ./dev e2e} runs it, and
 * nothing else does.
 */
class CaptureClusterIT {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static KubernetesClient client;
    private static NltapInstallation nltap;
    private static TalkingPods pods;
    private static FetchingUser user;

    @TempDir
    private Path directory;

    @BeforeAll
    static void openCluster() {
        String kubeconfig = Objects.requireNonNull(
                System.getProperty("nltap.kubeconfig"), "-Dnltap.kubeconfig names no cluster: use ./dev e2e");
        client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(new File(kubeconfig)))
                .build();
        nltap = NltapInstallation.find(client, System.getProperty("nltap.operator-namespace", "nltap"));
        pods = TalkingPods.open(
                client,
                "nltap-e2e-" + Long.toString(Clock.systemUTC().millis(), 36),
                System.getProperty("nltap.image", "busybox:1.36"),
                Optional.ofNullable(System.getProperty("nltap.node")));
        user = FetchingUser.create(client, pods.namespace());
    }

    @AfterAll
    static void closeCluster() {
        if (pods != null) {
            pods.close();
        }
        if (client != null) {
            client.close();
        }
    }

    @Test
    void endsWithAFileOfTheSelectedPodAlone() throws Exception {
        NetlinkCapture capture = create("whole", "10s");

        NetlinkCaptureStatus status = follow(capture, s -> s.phase().isFinal()).getStatus();

        assertThat(status.phase()).as(status.toString()).isEqualTo(CapturePhase.SUCCEEDED);
        assertThat(status.totals().frames()).isPositive();
        long packets = 0;
        assertThat(status.artifacts()).extracting(Artifact::kind).contains(ArtifactRole.REPORT, ArtifactRole.SUMMARY);
        for (Artifact artifact : status.artifacts()) {
            if (artifact.kind() != ArtifactRole.SEGMENT) {
                continue;
            }
            CaptureFile file = fetch(artifact);
            packets += file.packets().size();
            assertThat(file.datagramsWith(TalkingPods.OTHERS_MARK)).isZero();
        }
        assertThat(packets).isEqualTo(status.totals().frames());
    }

    @Test
    void keepsWhatItHasWhenItIsStoppedEarly() throws Exception {
        NetlinkCapture capture = create("stopped", "1h");
        follow(capture, s -> s.totals().frames() > 0);

        // As the README's kubectl patch does: the operator may write the status in the same moment.
        client.resource(capture).patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"stop\":true}}");

        NetlinkCaptureStatus status = follow(capture, s -> s.phase().isFinal()).getStatus();
        assertThat(status.phase()).as(status.toString()).isEqualTo(CapturePhase.SUCCEEDED);
        assertThat(status.nodes()).extracting(NodeSummary::endedBy).containsOnly(EndedBy.STOP);
        assertThat(status.artifacts()).isNotEmpty();
    }

    @Test
    void leavesNothingWhenItIsDeletedInMidCapture() throws Exception {
        NetlinkCapture capture = create("deleted", "1h");
        follow(capture, s -> s.phase() == CapturePhase.CAPTURING);

        client.resource(capture).delete();

        await().atMost(PATIENCE).until(() -> client.resource(capture).get() == null);
        assertThat(client.resources(NodeCapture.class)
                        .inNamespace(nltap.namespace())
                        .withLabel(Api.CAPTURE_UID_LABEL, capture.getMetadata().getUid())
                        .list()
                        .getItems())
                .isEmpty();
    }

    @Test
    void givesNoFilesToStrangers() throws Exception {
        NetlinkCapture capture = create("private", "5s");
        Artifact artifact = follow(capture, s -> s.phase().isFinal())
                .getStatus()
                .artifacts()
                .get(0);

        try (LocalPortForward gateway = nltap.openGateway(client)) {
            assertThat(download(gateway).statusOf(artifact.key(), user.token())).isIn(200, 307);
            assertThat(download(gateway).statusOf(artifact.key(), user.strangersToken()))
                    .isEqualTo(403);
            assertThat(download(gateway).statusOf(artifact.key(), "no token at all"))
                    .isEqualTo(401);
        }
    }

    private static NetlinkCapture create(String name, String duration) {
        NetlinkCapture capture = new NetlinkCapture();
        capture.getMetadata().setNamespace(pods.namespace());
        capture.getMetadata().setName(name);
        Targets targets = new Targets(
                new LabelSelectorBuilder()
                        .withMatchLabels(Map.of("app", "nltap-demo"))
                        .build(),
                List.of(),
                List.of());
        capture.setSpec(new NetlinkCaptureSpec(targets, null, new Limits(duration, null, null), null, null, false));
        return client.resource(capture).create();
    }

    private static NetlinkCapture follow(NetlinkCapture capture, Predicate<NetlinkCaptureStatus> wished)
            throws Exception {
        return new CaptureFollower(client, Clock.systemUTC(), System.out).follow(capture, wished, PATIENCE, () -> {});
    }

    private CaptureFile fetch(Artifact artifact) throws Exception {
        try (LocalPortForward gateway = nltap.openGateway(client)) {
            String name = artifact.key().substring(artifact.key().lastIndexOf('/') + 1);
            ArtifactDownload.Fetched fetched =
                    download(gateway).fetch(artifact.key(), user.token(), directory.resolve(name));
            assertThat(fetched.sha256()).isEqualTo(artifact.sha256());
            return CaptureFile.read(fetched.file());
        }
    }

    private static ArtifactDownload download(LocalPortForward gateway) throws Exception {
        URI address = URI.create("https://127.0.0.1:" + gateway.getLocalPort());
        return new ArtifactDownload(address, NltapInstallation.FORWARDED_NAME, nltap.authority());
    }
}
