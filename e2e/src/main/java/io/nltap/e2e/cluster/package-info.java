// SPDX-License-Identifier: Apache-2.0
/** A real cluster with nltap on it, as its users meet it. Whatever is made there is deleted again. */
@NullMarked
package io.nltap.e2e.cluster;

import org.jspecify.annotations.NullMarked;
