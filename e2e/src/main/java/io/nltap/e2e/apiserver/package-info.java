// SPDX-License-Identifier: Apache-2.0
/**
 * A Kubernetes API server in this process, for tests and the demo: objects in memory, watches, patches, server-side
 * apply, finalizers, garbage collection, token and access reviews. It has the behaviour that operators and agents lean
 * on, and no other: no schemas beyond defaults, no CEL, no admission, no controllers but garbage collection. Knows
 * nothing of captures.
 */
@NullMarked
package io.nltap.e2e.apiserver;

import org.jspecify.annotations.NullMarked;
