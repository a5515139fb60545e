// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.nltap.api.v1alpha1.CapturePhase;
import io.nltap.api.v1alpha1.Counters;
import io.nltap.api.v1alpha1.NetlinkCapture;
import io.nltap.api.v1alpha1.NetlinkCaptureSpec;
import io.nltap.api.v1alpha1.NetlinkCaptureStatus;
import io.nltap.api.v1alpha1.Targets;
import io.nltap.e2e.apiserver.EmbeddedApiServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CaptureFollowerTest {
    private final EmbeddedApiServer server = EmbeddedApiServer.start();
    private final KubernetesClient client = server.newClient();
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final CaptureFollower follower =
            new CaptureFollower(client, Clock.systemUTC(), new PrintStream(printed, true, StandardCharsets.UTF_8));
    private NetlinkCapture capture;

    @BeforeEach
    void create() {
        NetlinkCapture wanted = new NetlinkCapture();
        wanted.getMetadata().setNamespace("default");
        wanted.getMetadata().setName("demo");
        wanted.setSpec(new NetlinkCaptureSpec(
                new Targets(new LabelSelector(), List.of(), List.of()), null, null, null, null, false));
        capture = client.resource(wanted).create();
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @Test
    void printsARowForEachChangeUntilTheCaptureIsOver() throws Exception {
        Iterator<NetlinkCaptureStatus> life = List.of(
                        status(CapturePhase.PENDING, 0),
                        status(CapturePhase.CAPTURING, 12),
                        status(CapturePhase.CAPTURING, 12),
                        status(CapturePhase.SUCCEEDED, 30))
                .iterator();

        NetlinkCapture finished = follower.follow(
                capture, status -> status.phase().isFinal(), Duration.ofSeconds(30), () -> report(life.next()));

        assertThat(finished.getStatus().phase()).isEqualTo(CapturePhase.SUCCEEDED);
        assertThat(printed.toString(StandardCharsets.UTF_8)
                        .lines()
                        .map(line -> line.strip().replaceAll(" +", " ").replaceAll(" \\d+s$", "")))
                .containsExactly(
                        "NAME PHASE NODES MESSAGES DROPPED AGE",
                        "demo Pending 0/1 0 0",
                        "demo Capturing 0/1 12 0",
                        "demo Succeeded 0/1 30 0");
    }

    @Test
    void saysThatNoOperatorAnsweredWhenTheStatusStaysEmpty() {
        assertThatThrownBy(() -> follower.follow(capture, status -> true, Duration.ofMillis(1), () -> {}))
                .isInstanceOf(TimeoutException.class)
                .hasMessageContaining("demo")
                .hasMessageContaining("no operator answered");
    }

    private void report(NetlinkCaptureStatus status) {
        NetlinkCapture current = client.resource(capture).get();
        current.setStatus(status);
        client.resource(current).updateStatus();
    }

    private static NetlinkCaptureStatus status(CapturePhase phase, long messages) {
        return new NetlinkCaptureStatus(
                1, phase, null, null, null, 1, "0/1", Counters.of(messages, messages, 0, 0, 0), null, null);
    }
}
