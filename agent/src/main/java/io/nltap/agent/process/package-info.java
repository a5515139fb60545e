// SPDX-License-Identifier: Apache-2.0
/**
 * Finds the processes of pods in the process table of the node, and through them the pods' network namespaces. Reads
 * {@code /proc} and nothing else: knows neither the container runtime nor the API server, and never enters a namespace.
 */
@NullMarked
package io.nltap.agent.process;

import org.jspecify.annotations.NullMarked;
