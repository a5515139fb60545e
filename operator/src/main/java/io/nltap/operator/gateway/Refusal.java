// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.gateway;

/**
 * An answer that is no success.
 *
 * @param status of HTTP
 * @param error a sentence that says what is wrong and what to do
 * @param retry whether the same request may succeed later, though its status alone would mean the opposite
 */
record Refusal(int status, String error, boolean retry) {

    static Refusal of(int status, String error) {
        return new Refusal(status, error, false);
    }
}
