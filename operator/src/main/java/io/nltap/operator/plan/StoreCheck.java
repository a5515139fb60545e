// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.plan;

/**
 * Knows the stores. It is asked at every reconciliation of a capture that has not ended, so it answers from memory or
 * with a cheap read, and never waits for the store itself. A change of a CaptureStore, or of a Secret of the operator's
 * namespace, leads to another question.
 */
@FunctionalInterface
public interface StoreCheck {
    StoreState check(String storeName);
}
