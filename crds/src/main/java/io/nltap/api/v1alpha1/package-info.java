// SPDX-License-Identifier: Apache-2.0
/**
 * The Kubernetes API of nltap, group {@code nltap.io}, version {@code v1alpha1}. Everything a user can write is bounded
 * here, so that the API server refuses bad input before any of our code sees it. Knows nothing of how a capture is
 * carried out.
 */
@NullMarked
package io.nltap.api.v1alpha1;

import org.jspecify.annotations.NullMarked;
