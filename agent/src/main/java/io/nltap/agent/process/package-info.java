// SPDX-License-Identifier: Apache-2.0
/**
 * Finds the processes of pods in the process table of the node, and through them the pods' network namespaces; tells which
 * container a process or a cgroup belongs to. Reads {@code /proc} and the cgroup hierarchy and nothing else: knows neither
 * the container runtime nor the API server, and never enters a namespace.
 */
@NullMarked
package io.nltap.agent.process;

import org.jspecify.annotations.NullMarked;
