// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.demo;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.nltap.api.v1alpha1.Api;
import io.nltap.api.v1alpha1.NetlinkCapture;
import io.nltap.api.v1alpha1.NodeCapture;
import io.nltap.e2e.capture.CaptureFollower;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** The example's capture in the life of the demo: applied, followed, deleted. The same on any cluster. */
final class DemoCapture {
    private static final Duration DELETION = Duration.ofSeconds(120);

    private final KubernetesClient client;
    private final DemoFiles files;
    private final Narrator narrator;
    private final Clock clock;
    private final Runnable meanwhile;

    /** @param meanwhile run again and again; throws when there is nothing to wait for any more */
    DemoCapture(KubernetesClient client, DemoFiles files, Narrator narrator, Clock clock, Runnable meanwhile) {
        this.client = client;
        this.files = files;
        this.narrator = narrator;
        this.clock = clock;
        this.meanwhile = meanwhile;
    }

    /** Applies the example in that namespace and tells how it goes, until it is over. */
    NetlinkCapture run(String namespace, Duration timeout) throws IOException, InterruptedException, TimeoutException {
        NetlinkCapture wanted;
        try (InputStream yaml = Files.newInputStream(files.example())) {
            wanted = client.resources(NetlinkCapture.class).load(yaml).item();
        }
        wanted.getMetadata().setNamespace(namespace);
        NetlinkCapture created = client.resource(wanted).create();
        narrator.step("kubectl apply -n %1$s -f %2$s; kubectl get nlc -n %1$s -w", namespace, shownExample());
        NetlinkCapture finished = new CaptureFollower(client, clock, narrator.out())
                .follow(created, status -> status.phase().isFinal(), timeout, meanwhile);
        Files.writeString(
                files.finalCapture(), client.getKubernetesSerialization().asYaml(finished));
        narrator.step("It ended; its status, all of it in %s:", files.shown(files.finalCapture()));
        return finished;
    }

    /** Deletes it, and checks that its orders to the nodes go too. */
    void delete(NetlinkCapture capture, String operatorNamespace) throws InterruptedException, TimeoutException {
        client.resource(capture).delete();
        narrator.step("kubectl delete -f %s", shownExample());
        new Waiting(clock, meanwhile)
                .until("the capture to be gone", () -> client.resource(capture).get() == null, DELETION);
        boolean ordersGone = client.resources(NodeCapture.class)
                .inNamespace(operatorNamespace)
                .withLabel(Api.CAPTURE_UID_LABEL, capture.getMetadata().getUid())
                .list()
                .getItems()
                .isEmpty();
        narrator.check(ordersGone, "nothing of it is left in the API");
    }

    private String shownExample() {
        return files.shown(files.example());
    }
}
