// SPDX-License-Identifier: Apache-2.0
/**
 * Brings closed segments to the store, by way of the operator's gateway, and says for each whether it is there. Knows
 * nothing of captures, sessions or the spool: it is given a file and its key. A file counts as stored only when the
 * gateway has said so, with the size and SHA-256 that this room was given.
 *
 * <p>The protocol is described in {@code docs/design/0002-upload-protocol.md}.
 */
@NullMarked
package io.nltap.agent.upload;

import org.jspecify.annotations.NullMarked;
