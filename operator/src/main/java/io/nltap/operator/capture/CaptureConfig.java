// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.capture;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** What the administrator sets, as properties {@code nltap.*} or environment variables {@code NLTAP_*}. */
@ConfigMapping(prefix = "nltap")
public interface CaptureConfig {
    /** The operator's own namespace; the client's when not set, which in a pod is the pod's. */
    Optional<String> namespace();

    /** Base address of the gateway, as agents reach it; the Service of the chart when not set. */
    Optional<String> gatewayUrl();

    /** How long a node may be silent or gone before it is given up. */
    @WithDefault("2m")
    Duration nodeTimeout();

    /** How long an agent may take to give its first answer, the pull of its image included. */
    @WithDefault("5m")
    Duration agentStartTimeout();

    /** File with the DaemonSet from which that of the agents is made; a plain one when not set. */
    Optional<Path> agentTemplate();

    /** Name of the operator's own Deployment: the agents' DaemonSet is deleted with it. */
    @WithDefault("nltap-operator")
    String deployment();

    /** Whether {@code spec.redaction: None} is allowed; the agents have a setting of their own, and refuse it without that. */
    @WithDefault("false")
    boolean allowUnredacted();

    /** Whether several operators share the cluster, of which one at a time reconciles. */
    @WithDefault("false")
    boolean leaderElection();
}
