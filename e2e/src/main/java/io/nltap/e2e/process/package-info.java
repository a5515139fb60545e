// SPDX-License-Identifier: Apache-2.0
/** Starts the programs under test as their users do, as processes, and ends them. Knows nothing of their classes. */
@NullMarked
package io.nltap.e2e.process;

import org.jspecify.annotations.NullMarked;
