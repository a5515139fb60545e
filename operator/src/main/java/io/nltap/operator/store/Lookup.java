// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.store;

/** Whether a store has a file. */
public sealed interface Lookup {

    /** @param size bytes */
    record Found(long size) implements Lookup {}

    record Absent() implements Lookup {}

    /** @param why what failed and what to do */
    record Unknown(String why) implements Lookup {}
}
