// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentSettingsTest {
    private static final Map<String, String> LEAST = Map.of("NODE_NAME", "node-1", "NLTAP_NAMESPACE", "nltap");

    @Test
    void needsNoMoreThanTheNodeAndTheNamespace() {
        AgentSettings settings = valid(LEAST);

        assertThat(settings.nodeName()).isEqualTo("node-1");
        assertThat(settings.stateDirectory()).isEqualTo(Path.of("/var/lib/nltap"));
        assertThat(settings.spoolBytes()).isEqualTo(1L << 30);
        assertThat(settings.ringBytes()).isEqualTo(256L << 20);
        assertThat(settings.proc()).isEqualTo(Path.of("/proc"));
        assertThat(settings.uploadGrace()).isEqualTo(Duration.ofSeconds(20));
        assertThat(settings.kubeconfig()).isEmpty();
        assertThat(settings.apiServer()).isEmpty();
    }

    @Test
    void takesWhatItIsTold() {
        Map<String, String> environment = new HashMap<>(LEAST);
        environment.put("NLTAP_SPOOL_BYTES", "64Mi");
        environment.put("NLTAP_API_SERVER", "http://127.0.0.1:8080");

        AgentSettings settings = valid(environment);

        assertThat(settings.spoolBytes()).isEqualTo(64L << 20);
        assertThat(settings.apiServer()).contains(URI.create("http://127.0.0.1:8080"));
    }

    @ParameterizedTest(name = "{0}={1}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    NODE_NAME             | " "           | NODE_NAME is not set: it must be the name of the node
                    NLTAP_NAMESPACE       | ""            | NLTAP_NAMESPACE is not set
                    NLTAP_SPOOL_BYTES     | plenty        | NLTAP_SPOOL_BYTES: 'plenty' is no number of bytes
                    NLTAP_SPOOL_BYTES     | 4Ki           | NLTAP_SPOOL_BYTES is '4Ki', but must be at least 1048576 bytes
                    NLTAP_RING_BYTES      | 0             | NLTAP_RING_BYTES is '0', but must be at least
                    NLTAP_UPLOAD_GRACE    | 20            | NLTAP_UPLOAD_GRACE: '20' is no duration
                    NLTAP_UPLOAD_GRACE    | 2h            | NLTAP_UPLOAD_GRACE is '2h', but must be at most 60m
                    NLTAP_PROC            | /no/such      | NLTAP_PROC is '/no/such', which is no directory
                    NLTAP_KUBECONFIG      | /no/such      | NLTAP_KUBECONFIG is '/no/such', which cannot be read
                    NLTAP_GATEWAY_CA_FILE | /no/such      | NLTAP_GATEWAY_CA_FILE is '/no/such', which cannot be read
                    NLTAP_LOG_LEVEL       | LOUD          | NLTAP_LOG_LEVEL is 'LOUD', but must be TRACE
                    NLTAP_API_SERVER      | somewhere     | NLTAP_API_SERVER is 'somewhere', but must be an http or https
                    """)
    void saysWhatIsWrong(String name, String value, String problem) {
        Map<String, String> environment = new HashMap<>(LEAST);
        environment.put(name, value);

        assertThat(problems(environment)).singleElement().asString().contains(problem);
    }

    @Test
    void saysEverythingThatIsWrongAtOnce() {
        assertThat(problems(Map.of("NLTAP_SPOOL_BYTES", "x"))).hasSize(3);
    }

    private static AgentSettings valid(Map<String, String> environment) {
        return ((AgentSettings.Reading.Valid) AgentSettings.read(environment)).settings();
    }

    private static List<String> problems(Map<String, String> environment) {
        return ((AgentSettings.Reading.Invalid) AgentSettings.read(environment)).problems();
    }
}
