// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.capture;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.nltap.api.v1alpha1.Condition;
import io.nltap.api.v1alpha1.Counters;
import io.nltap.api.v1alpha1.NetlinkCapture;
import io.nltap.api.v1alpha1.NetlinkCaptureStatus;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** Prints a row whenever what {@code kubectl get nlc} shows changes, until the capture is as wished. */
public final class CaptureFollower {
    private static final long POLL_MILLIS = 300;
    private static final String ROW = "  %-8s %-20s %-7s %-10s %-9s %s%n";

    private final KubernetesClient client;
    private final KubernetesSerialization serialization;
    private final Clock clock;
    private final PrintStream out;

    public CaptureFollower(KubernetesClient client, Clock clock, PrintStream out) {
        this.client = client;
        this.serialization = client.getKubernetesSerialization();
        this.clock = clock;
        this.out = out;
    }

    /**
     * @param wished asked with every state that is seen
     * @param stillUseful called between looks; throws when there is nothing to wait for any more
     * @return the capture in the first state that is as wished
     * @throws TimeoutException when that takes longer than the timeout; says what the status was by then
     */
    public NetlinkCapture follow(
            NetlinkCapture capture, Predicate<NetlinkCaptureStatus> wished, Duration timeout, Runnable stillUseful)
            throws TimeoutException, InterruptedException {
        Instant begin = clock.instant();
        out.printf(ROW, "NAME", "PHASE", "NODES", "MESSAGES", "DROPPED", "AGE");
        String lastRow = "";
        while (true) {
            stillUseful.run();
            NetlinkCapture now = client.resource(capture).get();
            Optional<NetlinkCaptureStatus> status = Optional.ofNullable(now).map(NetlinkCapture::getStatus);
            Duration age = Duration.between(begin, clock.instant());
            String row = status.map(CaptureFollower::columns).orElse("");
            if (!row.equals(lastRow) && status.isPresent()) {
                printRow(capture.getMetadata().getName(), status.get(), age);
                lastRow = row;
            }
            if (now != null && status.filter(wished).isPresent()) {
                return now;
            }
            if (age.compareTo(timeout) > 0) {
                throw new TimeoutException("the capture %s was not as expected after %d s: %s"
                        .formatted(
                                capture.getMetadata().getName(),
                                timeout.toSeconds(),
                                status.map(this::words).orElse("it has no status: no operator answered")));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    private void printRow(String name, NetlinkCaptureStatus status, Duration age) {
        Counters totals = status.totals();
        out.printf(
                ROW,
                name,
                serialization.convertValue(status.phase(), String.class),
                status.nodesDone(),
                totals.messages(),
                totals.dropped(),
                age.toSeconds() + "s");
    }

    /** What keeps it from being over. */
    private String words(NetlinkCaptureStatus status) {
        List<String> words = new ArrayList<>();
        words.add("its phase is " + serialization.convertValue(status.phase(), String.class));
        status.conditions().stream()
                .filter(condition -> condition.status() != Condition.Status.True)
                .forEach(condition -> words.add("%s=%s %s: %s"
                        .formatted(condition.type(), condition.status(), condition.reason(), condition.message())));
        status.nodes().stream()
                .filter(node -> node.message() != null)
                .forEach(node -> words.add("node %s: %s".formatted(node.nodeName(), node.message())));
        return String.join("\n", words);
    }

    private static String columns(NetlinkCaptureStatus status) {
        Counters totals = status.totals();
        return status.phase() + " " + status.nodesDone() + " " + totals.messages() + " " + totals.dropped();
    }
}
