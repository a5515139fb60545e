// SPDX-License-Identifier: Apache-2.0
/**
 * Captures as their user sees them: apply, follow, fetch the files. Works on any API server and knows nothing of how
 * a cluster came to be.
 */
@NullMarked
package io.nltap.e2e.capture;

import org.jspecify.annotations.NullMarked;
