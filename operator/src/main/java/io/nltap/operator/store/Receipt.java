// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.store;

/** How an attempt to store the bytes of a file ended. */
public sealed interface Receipt {

    /** The store has the file, with the size and digest that were announced. */
    record Stored() implements Receipt {}

    /** Nothing was stored. */
    record NotStored(StoreProblem problem) implements Receipt {}
}
