// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import java.util.OptionalLong;

/** The number in a value. */
final class Numbers {
    private Numbers() {}

    static OptionalLong of(Value value) {
        if (value instanceof Value.Int number) {
            return OptionalLong.of(number.number());
        }
        if (value instanceof Value.Name name) {
            return OptionalLong.of(name.number());
        }
        if (value instanceof Value.FlagSet flags) {
            return OptionalLong.of(flags.number());
        }
        return value instanceof Value.Time time ? OptionalLong.of(time.count()) : OptionalLong.empty();
    }
}
