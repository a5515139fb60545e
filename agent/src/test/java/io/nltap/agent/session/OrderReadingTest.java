// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrderReadingTest {
    private static final NodeCaptureRef REF = new NodeCaptureRef("nltap", "slow-dns-1", "uid-1");

    private static final String ORDER = """
            spec:
              nodeName: node-1
              capture: {namespace: shop, name: slow-dns, uid: uid-0}
              gateway: https://nltap-gateway.nltap.svc:8443
              stop: false
              limits: {duration: 90s, bytesPerNode: 1Mi, messagesPerNode: 5}
              segments: {size: 2Mi, interval: 1m}
              targets:
                - {podName: web-0, podUid: pod-1, containers: [{name: web, id: c1}]}
                - {podName: web-0, podUid: pod-1}
            """;

    @Test
    void understandsAWholeOrder() {
        SessionOrder order = ((OrderReading.Understood) read(ORDER)).order();

        assertThat(order.generation()).isEqualTo(3);
        assertThat(order.duration()).isEqualTo(Duration.ofSeconds(90));
        assertThat(order.maxBytes()).isEqualTo(1 << 20);
        assertThat(order.maxMessages()).isEqualTo(OptionalLong.of(5));
        assertThat(order.segmentBytes()).isEqualTo(2 << 20);
        assertThat(order.segmentInterval()).isEqualTo(Duration.ofMinutes(1));
        assertThat(order.targets())
                .singleElement()
                .satisfies(target -> assertThat(target.containers()).hasSize(1));
        assertThat(order.stop()).isFalse();
    }

    @ParameterizedTest(name = "{0} -> {1}: {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    duration: 90s        | duration: soon          | 'soon' is no duration
                    duration: 90s        | duration: 0s            | limits.duration is '0s', but must be longer than 0s
                    bytesPerNode: 1Mi    | bytesPerNode: lots      | limits.bytesPerNode: 'lots' is no number of bytes
                    bytesPerNode: 1Mi    | bytesPerNode: 0         | limits.bytesPerNode is '0', but must be more than 0
                    messagesPerNode: 5   | messagesPerNode: 0      | limits.messagesPerNode is 0, but must be more than 0
                    interval: 1m         | interval: 1             | segments.interval: '1' is no duration
                    nodeName: node-1     | nodeName: NODE/1        | node name cannot be part of an artifact's key
                    uid: uid-0           | uid: ../x               | capture uid cannot be part of an artifact's key
                    podUid: pod-1        | podUid: ""              | targets[].podUid is missing
                    podUid: pod-1        | podIdentity: pod-1      | targets[0].podIdentity is not known to this agent
                    {namespace: shop, name: slow-dns, uid: uid-0} | [] | capture: Cannot deserialize
                    stop: false          | stop: [1, 2]            | stop: Cannot deserialize
                    https://nltap        | ftp://nltap             | must be an http or https address
                    gateway: https       | gateway: "" # https     | gateway is missing
                    spec:                | spoc:                   | spec is missing
                    name: slow-dns,      |                         | capture.name is missing
                    """)
    void saysWhatItDoesNotUnderstand(String right, String wrong, String why) {
        String broken = ORDER.replace(right, wrong == null ? "" : wrong);
        assertThat(broken).isNotEqualTo(ORDER);

        assertThat(((OrderReading.Invalid) read(broken)).why()).contains(why);
    }

    private static OrderReading read(String yaml) {
        return OrderReading.of(REF, 3, Serialization.unmarshal(yaml, Map.class).get("spec"));
    }
}
