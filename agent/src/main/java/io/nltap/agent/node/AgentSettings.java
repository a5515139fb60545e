// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.node;

import io.nltap.api.v1alpha1.Amounts;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What the agent is told by its environment; each variable is described by the constant of its name.
 *
 * @param namespace of the operator, where the node captures are
 * @param kubeconfig how to reach the API server; the service account of the pod when neither this nor {@code apiServer}
 *     is there
 */
public record AgentSettings(
        String nodeName,
        String namespace,
        Path stateDirectory,
        long spoolBytes,
        long ringBytes,
        Path proc,
        Path modules,
        Path tokenFile,
        Optional<Path> gatewayAuthorities,
        Optional<Path> storeAuthorities,
        Duration uploadGrace,
        Optional<Path> kubeconfig,
        Optional<URI> apiServer,
        boolean allowUnredacted) {

    /** Name of the node that this agent runs on; required. */
    static final String NODE_NAME = "NODE_NAME";

    /** Namespace of the operator; required. */
    static final String NAMESPACE = "NLTAP_NAMESPACE";

    /** A directory of the node that outlives the agent, for the spool and for what was done to the node. */
    static final String STATE_DIR = "NLTAP_STATE_DIR";

    /** How much of the node's disk captured traffic may take. */
    static final String SPOOL_BYTES = "NLTAP_SPOOL_BYTES";

    /** How much memory the packet rings of all taps may take. */
    static final String RING_BYTES = "NLTAP_RING_BYTES";

    /** Where the node's /proc is, of its first PID namespace. */
    static final String PROC = "NLTAP_PROC";

    /** Where the node's kernel modules are. */
    static final String MODULES = "NLTAP_MODULES";

    /** The token that the gateway wants to see, of the audience {@code nltap}. */
    static final String TOKEN_FILE = "NLTAP_TOKEN_FILE";

    /** Certificates (PEM) of the authorities that vouch for the gateway; those of the Java runtime when not set. */
    static final String GATEWAY_CA_FILE = "NLTAP_GATEWAY_CA_FILE";

    /** Certificates (PEM) of further authorities that vouch for S3 services. */
    static final String STORE_CA_FILE = "NLTAP_STORE_CA_FILE";

    /** How long to go on uploading after SIGTERM; shorter than the pod's terminationGracePeriodSeconds by 10 seconds. */
    static final String UPLOAD_GRACE = "NLTAP_UPLOAD_GRACE";

    /** Whether an order may leave key material in what is captured: {@code true} or {@code false}. */
    static final String ALLOW_UNREDACTED = "NLTAP_ALLOW_UNREDACTED";

    /** A kubeconfig; only the one named here is ever read. */
    static final String KUBECONFIG = "NLTAP_KUBECONFIG";

    /** Address of an API server that asks for no credentials, as the embedded one of the demo. */
    static final String API_SERVER = "NLTAP_API_SERVER";

    /** How much is logged: TRACE, DEBUG, INFO, WARN or ERROR. */
    static final String LOG_LEVEL = "NLTAP_LOG_LEVEL";

    private static final Set<String> LOG_LEVELS = Set.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR");

    private static final long MIN_SPOOL = 1 << 20;
    private static final long MIN_RING = 1 << 20;
    private static final Duration MAX_GRACE = Duration.ofHours(1);

    /** What came of reading the environment. */
    sealed interface Reading {
        record Valid(AgentSettings settings) implements Reading {}

        /** @param problems a sentence each: which variable, what it holds, and what it may hold */
        record Invalid(List<String> problems) implements Reading {}
    }

    static Reading read(Map<String, String> environment) {
        Reader reader = new Reader(environment);
        AgentSettings settings = new AgentSettings(
                reader.required(NODE_NAME, "the name of the node, by fieldRef spec.nodeName"),
                reader.required(NAMESPACE, "the namespace of the operator, by fieldRef metadata.namespace"),
                reader.path(STATE_DIR, "/var/lib/nltap"),
                reader.bytes(SPOOL_BYTES, "1Gi", MIN_SPOOL),
                reader.bytes(RING_BYTES, "256Mi", MIN_RING),
                reader.directory(PROC, "/proc"),
                reader.path(MODULES, "/lib/modules"),
                reader.path(TOKEN_FILE, "/var/run/secrets/nltap/token"),
                reader.file(GATEWAY_CA_FILE),
                reader.file(STORE_CA_FILE),
                reader.duration(UPLOAD_GRACE, "20s", MAX_GRACE),
                reader.file(KUBECONFIG),
                reader.address(API_SERVER),
                reader.flag(ALLOW_UNREDACTED));
        reader.value(LOG_LEVEL)
                .filter(level -> !LOG_LEVELS.contains(level.toUpperCase(Locale.ROOT)))
                .ifPresent(level -> reader.problems.add(
                        "%s is '%s', but must be TRACE, DEBUG, INFO, WARN or ERROR".formatted(LOG_LEVEL, level)));
        if (settings.kubeconfig().isPresent() && settings.apiServer().isPresent()) {
            reader.problems.add("%s and %s are both set: give only one of them".formatted(KUBECONFIG, API_SERVER));
        }
        return reader.problems.isEmpty() ? new Reading.Valid(settings) : new Reading.Invalid(reader.problems);
    }

    private static final class Reader {
        private final Map<String, String> environment;
        private final List<String> problems = new ArrayList<>();

        Reader(Map<String, String> environment) {
            this.environment = environment;
        }

        String required(String name, String what) {
            Optional<String> value = value(name);
            if (value.isEmpty()) {
                problems.add("%s is not set: it must be %s".formatted(name, what));
            }
            return value.orElse("");
        }

        Path path(String name, String otherwise) {
            return Path.of(value(name).orElse(otherwise));
        }

        Path directory(String name, String otherwise) {
            Path path = path(name, otherwise);
            if (!Files.isDirectory(path)) {
                problems.add("%s is '%s', which is no directory".formatted(name, path));
            }
            return path;
        }

        Optional<Path> file(String name) {
            Optional<Path> path = value(name).map(Path::of);
            path.filter(file -> !Files.isReadable(file))
                    .ifPresent(file -> problems.add("%s is '%s', which cannot be read".formatted(name, file)));
            return path;
        }

        long bytes(String name, String otherwise, long least) {
            long bytes = parsed(name, otherwise, Amounts::bytes, least);
            if (bytes < least) {
                problems.add("%s is '%s', but must be at least %d bytes"
                        .formatted(name, value(name).orElse(otherwise), least));
            }
            return bytes;
        }

        Duration duration(String name, String otherwise, Duration most) {
            Duration duration = parsed(name, otherwise, Amounts::duration, most);
            if (duration.compareTo(most) > 0) {
                problems.add("%s is '%s', but must be at most %dm"
                        .formatted(name, value(name).orElse(otherwise), most.toMinutes()));
            }
            return duration;
        }

        boolean flag(String name) {
            String text = value(name).orElse("false");
            if (!text.equals("true") && !text.equals("false")) {
                problems.add("%s is '%s', but must be true or false".formatted(name, text));
            }
            return text.equals("true");
        }

        Optional<URI> address(String name) {
            Optional<String> text = value(name);
            if (text.isPresent() && !text.get().matches("https?://[^/]+.*")) {
                problems.add("%s is '%s', but must be an http or https address".formatted(name, text.get()));
                return Optional.empty();
            }
            return text.map(URI::create);
        }

        private <T> T parsed(String name, String otherwise, Function<String, T> parser, T whenWrong) {
            try {
                return parser.apply(value(name).orElse(otherwise));
            } catch (IllegalArgumentException e) {
                problems.add("%s: %s".formatted(name, e.getMessage()));
                return whenWrong;
            }
        }

        private Optional<String> value(String name) {
            return Optional.ofNullable(environment.get(name)).filter(text -> !text.isBlank());
        }
    }
}
