// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.store;

/**
 * Why a store did not do what it was asked.
 *
 * @param message what failed and what to do
 */
public record StoreProblem(Kind kind, String message) {

    /** What can be done about it. */
    public enum Kind {
        /** The store has another file under that key; it stays. */
        CONFLICT,
        /** The file is larger than this store takes. */
        TOO_LARGE,
        /** What arrived is not what was announced; the sender may try again. */
        DAMAGED,
        /** There is no room now. */
        FULL,
        /** The store cannot be reached or used now. */
        UNAVAILABLE
    }
}
