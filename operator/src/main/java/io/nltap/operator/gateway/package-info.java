// SPDX-License-Identifier: Apache-2.0
/**
 * The HTTPS door to the stores: lets agents bring the files of their own node, and users fetch the files of captures
 * they may read. Decides who may; what a store is and how it keeps files is the business of the room {@code store}.
 *
 * <p>The protocol is described in {@code docs/design/0002-upload-protocol.md}.
 */
@NullMarked
package io.nltap.operator.gateway;

import org.jspecify.annotations.NullMarked;
