// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.evidence;

/**
 * How far what was captured can be trusted.
 *
 * @param openedNanos when the tap was open, since the epoch: what was sent before is not in the file
 * @param losses since then
 * @param otherTaps nlmon devices of others in the same namespace; one that drops blinds all
 */
public record TapHealth(long openedNanos, CaptureLosses losses, int otherTaps) {}
