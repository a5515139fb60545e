// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What an extended acknowledgement says of the request that it is about. */
final class ExtackReading {
    private ExtackReading() {}

    /**
     * @param attributes {@code NLMSGERR_ATTR_*}
     * @param request as far as it is quoted
     * @param nest the table of its attributes
     */
    static Outcome.Extack of(List<Attribute> attributes, Optional<DecodedMessage> request, Optional<Nest> nest) {
        Attributes all = () -> attributes;
        OptionalInt offset = small(all.number("NLMSGERR_ATTR_OFFS"));
        List<String> where = offset.isPresent()
                ? request.map(message -> message.pathTo(offset.getAsInt())).orElse(List.of())
                : List.of();
        return new Outcome.Extack(
                all.string("NLMSGERR_ATTR_MSG"), offset, where, missing(all, request, nest), attributes);
    }

    private static Optional<String> missing(Attributes all, Optional<DecodedMessage> request, Optional<Nest> nest) {
        OptionalInt number = small(all.number("NLMSGERR_ATTR_MISS_TYPE"));
        if (number.isEmpty()) {
            return Optional.empty();
        }
        OptionalInt parent = small(all.number("NLMSGERR_ATTR_MISS_NEST"));
        List<String> path = parent.isPresent()
                ? request.map(message -> message.pathTo(parent.getAsInt())).orElse(List.of())
                : List.of();
        Optional<Nest> table = nest;
        for (String name : path) {
            table = table.flatMap(each -> each.named(name))
                    .map(Nest.Row::type)
                    .flatMap(type -> type instanceof CompositeType.Nested nested
                            ? Optional.of(nested.nest())
                            : Optional.empty());
        }
        return Optional.of(table.orElse(Nest.UNKNOWN).nameOf(number.getAsInt()));
    }

    private static OptionalInt small(OptionalLong number) {
        return number.isPresent() && number.getAsLong() <= Integer.MAX_VALUE
                ? OptionalInt.of((int) number.getAsLong())
                : OptionalInt.empty();
    }
}
