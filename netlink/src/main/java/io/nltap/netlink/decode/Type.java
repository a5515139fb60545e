// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import java.util.List;

/** How bytes are read, as a table says. Whatever the bytes are, reading does not fail: what does not fit is {@link Value.Raw}. */
sealed interface Type permits PlainType, CompositeType {
    /** What has no size of its own takes all that is there. */
    int ALL = -1;

    /**
     * @param offset of the first byte; it and {@code length} are within what was captured
     * @param length bytes that there are
     * @param scope where {@code by NAME} looks
     */
    Value read(Reading reading, int offset, int length, Scope scope);

    /** In bytes, or {@link #ALL}. */
    int size();

    /** Types of what it holds. */
    default List<Type> parts() {
        return List.of();
    }
}
