// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import io.nltap.netlink.author.Party;
import io.nltap.netlink.dialog.Matter;

/**
 * Something that may hang, and why nothing can be said about it.
 *
 * @param netns name of the capture file's interface for the namespace
 * @param reason a sentence
 */
public record Doubt(long sinceNanos, String netns, Party who, Matter what, String reason) {}
