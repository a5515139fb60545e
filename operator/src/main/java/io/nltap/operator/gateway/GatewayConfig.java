// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.gateway;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** What the administrator sets, as properties {@code nltap.*} or environment variables {@code NLTAP_*}. */
@ConfigMapping(prefix = "nltap")
public interface GatewayConfig {

    /** Name of the agents' service account, in the operator's namespace; nobody else may bring files. */
    @WithDefault("nltap-agent")
    String agentServiceAccount();
}
