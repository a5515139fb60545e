// SPDX-License-Identifier: Apache-2.0
/**
 * Makes the container images of operator and agent as OCI archives: a linked Java runtime, the shared libraries it needs
 * from this machine, and what Maven built. No shell, no package manager, no daemon, no registry. Knows nothing of what
 * the programs in the images do.
 */
@NullMarked
package io.nltap.images;

import org.jspecify.annotations.NullMarked;
