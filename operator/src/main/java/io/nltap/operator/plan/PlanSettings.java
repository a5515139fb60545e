// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.plan;

import java.time.Duration;

/**
 * What the administrator decided.
 *
 * @param namespace the operator's own, where the NodeCaptures and the agents are
 * @param gateway base address of the gateway, as agents reach it
 * @param nodeTimeout how long a node may be silent or gone before it is given up
 * @param agentStartTimeout how long an agent may take to give its first answer, the pull of its image included
 * @param allowUnredacted whether a capture may leave key material in its files
 */
public record PlanSettings(
        String namespace, String gateway, Duration nodeTimeout, Duration agentStartTimeout, boolean allowUnredacted) {}
