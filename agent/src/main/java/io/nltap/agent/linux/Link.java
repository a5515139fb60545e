// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

/**
 * A network interface as RTM_GETLINK shows it.
 *
 * @param kind {@code IFLA_INFO_KIND}, empty for hardware and loopback
 * @param alias {@code IFLA_IFALIAS}, empty when none is set
 */
public record Link(int index, String name, String kind, String alias, boolean up) {}
