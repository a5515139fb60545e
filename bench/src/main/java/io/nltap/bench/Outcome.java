// SPDX-License-Identifier: Apache-2.0
package io.nltap.bench;

/**
 * What a contender says at its end.
 *
 * @param received frames it got hold of
 * @param dropped frames that the kernel could not give it
 */
record Outcome(long received, long dropped) {}
