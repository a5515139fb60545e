// SPDX-License-Identifier: Apache-2.0
/** Who stands behind a captured packet, as capture files say it in words. Knows nothing of the files themselves. */
@NullMarked
package io.nltap.netlink.author;

import org.jspecify.annotations.NullMarked;
