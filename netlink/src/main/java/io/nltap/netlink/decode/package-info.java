// SPDX-License-Identifier: Apache-2.0
/** Capture files as text: joins what is known of files with what is known of messages. */
@NullMarked
package io.nltap.netlink.decode;

import org.jspecify.annotations.NullMarked;
