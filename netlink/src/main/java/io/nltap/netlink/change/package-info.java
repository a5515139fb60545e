// SPDX-License-Identifier: Apache-2.0
/** Who changed what: successful requests and notifications as changes of objects, each once. Knows no hangs. */
@NullMarked
package io.nltap.netlink.change;

import org.jspecify.annotations.NullMarked;
