// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.plan;

/** Whether a store can take artifacts, as far as can be told without writing to it. */
public sealed interface StoreState {

    record Ready() implements StoreState {}

    /**
     * @param reason one word in CamelCase, such as {@code UnknownStore} or {@code NoCredentials}; it becomes the reason
     *     of the condition StoreReady
     * @param message what is wrong and what to do, for the user who named the store
     */
    record NotReady(String reason, String message) implements StoreState {}
}
