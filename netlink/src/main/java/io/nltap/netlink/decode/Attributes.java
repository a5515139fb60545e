// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Whatever holds attributes. */
public interface Attributes {
    /** In the order of the wire. */
    List<Attribute> attributes();

    /**
     * The first attribute of that name, or at the end of that path of names.
     *
     * @param path such as {@code "IFLA_LINKINFO", "IFLA_INFO_KIND"}
     */
    default Optional<Attribute> attribute(String... path) {
        Attributes at = this;
        Attribute found = null;
        for (String name : path) {
            found = null;
            for (Attribute each : at.attributes()) {
                if (each.name().equals(name)) {
                    found = each;
                    break;
                }
            }
            if (found == null) {
                return Optional.empty();
            }
            at = found;
        }
        return Optional.ofNullable(found);
    }

    /** Value of the {@link #attribute}, if it is text. */
    default Optional<String> string(String... path) {
        return attribute(path)
                .map(Attribute::value)
                .filter(Value.Text.class::isInstance)
                .map(text -> ((Value.Text) text).string());
    }

    /** Value of the {@link #attribute}, if it is a number, with or without names, or a time. */
    default OptionalLong number(String... path) {
        Optional<Attribute> attribute = attribute(path);
        return attribute.isEmpty()
                ? OptionalLong.empty()
                : Numbers.of(attribute.get().value());
    }
}
