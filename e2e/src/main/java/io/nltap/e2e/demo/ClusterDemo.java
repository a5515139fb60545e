// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.demo;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.LocalPortForward;
import io.nltap.api.v1alpha1.NetlinkCapture;
import io.nltap.e2e.capture.ArtifactDownload;
import io.nltap.e2e.cluster.FetchingUser;
import io.nltap.e2e.cluster.NltapInstallation;
import io.nltap.e2e.cluster.TalkingPods;
import io.nltap.e2e.process.Closer;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** The demo on a real cluster, where nltap is installed already. Leaves nothing there but the files in the store. */
final class ClusterDemo {
    /**
     * @param kubeconfig of the cluster that was named
     * @param namespace of the operator
     * @param image of the demo's pods
     * @param node where they shall run; where the scheduler likes when empty
     */
    record Settings(Path kubeconfig, String namespace, String image, Optional<String> node) {}

    private static final Duration CAPTURE = Duration.ofMinutes(6);

    private final Settings settings;
    private final DemoFiles files;
    private final Narrator narrator;
    private final Clock clock;

    ClusterDemo(Settings settings, DemoFiles files, Narrator narrator, Clock clock) {
        this.settings = settings;
        this.files = files;
        this.narrator = narrator;
        this.clock = clock;
    }

    void run() throws Exception {
        files.begin();
        Config config = Config.fromKubeconfig(settings.kubeconfig().toFile());
        narrator.step("The cluster %s", config.getMasterUrl());
        try (Closer closer = new Closer()) {
            KubernetesClient client =
                    closer.own(new KubernetesClientBuilder().withConfig(config).build());
            NltapInstallation nltap = NltapInstallation.find(client, settings.namespace());
            narrator.step("nltap is installed in the namespace %s", nltap.namespace());
            TalkingPods pods = closer.own(TalkingPods.open(client, namespaceName(), settings.image(), settings.node()));
            narrator.step("Two pods run in the namespace %s and talk netlink: router and bystander", pods.namespace());
            FetchingUser user = FetchingUser.create(client, pods.namespace());
            DemoCapture capture = new DemoCapture(client, files, narrator, clock, () -> {});
            NetlinkCapture finished = capture.run(pods.namespace(), CAPTURE);
            try (LocalPortForward gateway = nltap.openGateway(client)) {
                URI address = URI.create("https://127.0.0.1:" + gateway.getLocalPort());
                ArtifactDownload download =
                        new ArtifactDownload(address, NltapInstallation.FORWARDED_NAME, nltap.authority());
                DemoVerdict verdict = new DemoVerdict(files, narrator, download, user.token());
                verdict.show(verdict.judge(finished, TalkingPods.SELECTED, TalkingPods.OTHERS_MARK));
            }
            capture.delete(finished, nltap.namespace());
            narrator.step("Deleting the namespace %s", pods.namespace());
        }
    }

    private String namespaceName() {
        return "nltap-demo-" + Long.toString(clock.millis(), 36);
    }
}
