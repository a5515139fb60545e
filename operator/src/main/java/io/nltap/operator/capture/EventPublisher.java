// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.capture;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.nltap.api.v1alpha1.Api;
import io.nltap.api.v1alpha1.CaptureRef;
import io.nltap.operator.status.Announcement;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes news of a capture as events beside it. The name of an event is made from its content, so that the same news is
 * told once even when a reconciliation is repeated.
 */
final class EventPublisher {
    private static final Logger LOG = LoggerFactory.getLogger(EventPublisher.class);
    private static final String REPORTER = "nltap-operator";
    private static final int MAX_MESSAGE = 1024;

    private final KubernetesClient client;
    private final Clock clock;

    EventPublisher(KubernetesClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    void publish(CaptureRef capture, Announcement news) {
        Event event = event(capture, news);
        try {
            client.resource(event).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                // The status says the same; a namespace on its way out takes no events.
                LOG.atWarn()
                        .addKeyValue("capture", capture.namespace() + "/" + capture.name())
                        .addKeyValue("reason", news.reason())
                        .addKeyValue("error", e.getMessage())
                        .log("event not written");
            }
        }
    }

    private Event event(CaptureRef capture, Announcement news) {
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        String content = capture.uid() + news.reason() + news.message();
        String message = news.message().length() > MAX_MESSAGE
                ? news.message().substring(0, MAX_MESSAGE - 1) + "…"
                : news.message();
        return new EventBuilder()
                .withNewMetadata()
                .withName(capture.name() + "." + UUID.nameUUIDFromBytes(content.getBytes(StandardCharsets.UTF_8)))
                .withNamespace(capture.namespace())
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion(Api.GROUP + "/" + Api.VERSION)
                .withKind("NetlinkCapture")
                .withNamespace(capture.namespace())
                .withName(capture.name())
                .withUid(capture.uid())
                .endInvolvedObject()
                .withType(news.warning() ? "Warning" : "Normal")
                .withReason(news.reason())
                .withMessage(message)
                .withFirstTimestamp(now)
                .withLastTimestamp(now)
                .withCount(1)
                .withNewSource()
                .withComponent(REPORTER)
                .endSource()
                .withReportingComponent(REPORTER)
                .withReportingInstance(REPORTER)
                .build();
    }
}
