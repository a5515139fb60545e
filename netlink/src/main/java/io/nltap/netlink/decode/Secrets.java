// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import io.nltap.netlink.decode.DecodedMessage.Span;
import java.util.ArrayList;
import java.util.List;

/** Finds where key material is in a message. */
final class Secrets {
    private static final int ATTRIBUTE_HEADER = 4;

    private final List<Span> found = new ArrayList<>();
    private final int shift;

    private Secrets(int shift) {
        this.shift = shift;
    }

    static List<Span> in(DecodedMessage message) {
        Secrets secrets = new Secrets(0);
        secrets.addFrom(message.fields(), message.attributes());
        message.outcome()
                .ifPresent(outcome -> outcome.request().ifPresent(request -> {
                    Secrets quoted = new Secrets(outcome.requestOffset().orElse(0));
                    quoted.addFrom(request.fields(), request.attributes());
                    secrets.found.addAll(quoted.found);
                }));
        return secrets.found;
    }

    private void addFrom(List<Field> fields, List<Attribute> attributes) {
        for (Field field : fields) {
            add(field.value(), field.offset(), field.length());
        }
        for (Attribute attribute : attributes) {
            add(attribute.value(), attribute.offset() + ATTRIBUTE_HEADER, attribute.length() - ATTRIBUTE_HEADER);
        }
    }

    private void add(Value value, int offset, int length) {
        if (value instanceof Value.Secret) {
            found.add(new Span(offset + shift, length));
        } else if (value instanceof Value.Nested nested) {
            addFrom(List.of(), nested.attributes());
        } else if (value instanceof Value.Struct struct) {
            addFrom(struct.fields(), struct.attributes());
        } else if (value instanceof Value.Items items) {
            items.values().forEach(item -> add(item, offset, length));
        }
    }
}
