// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

/**
 * A process that is about to end. When the kernel says so its descriptors are still open.
 *
 * @param pid in the first PID namespace, as {@code parent}
 * @param comm at its end
 * @param lifetimeNanos since its start; exact to a microsecond
 */
public record TaskExit(int pid, int parent, String comm, long lifetimeNanos) {}
