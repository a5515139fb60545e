// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.store;

/** What a store's name led to. */
public sealed interface StoreResolution {

    /** @param store stays open for some time after the CaptureStore has changed */
    record Usable(ObjectStore store) implements StoreResolution {}

    /**
     * @param reason one word in CamelCase
     * @param message what is wrong and what to do
     */
    record Unusable(String reason, String message) implements StoreResolution {}
}
