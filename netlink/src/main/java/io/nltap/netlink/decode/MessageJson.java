// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A message as a JSON object, without line ends:
 *
 * <pre>
 *   {"protocol":"ROUTE","type":"RTM_NEWROUTE","flags":["REQUEST","ACK"],"seq":17,"port":0,"length":52,
 *    "header":{"rtm_family":"AF_INET","rtm_dst_len":24,…},"attributes":{"RTA_DST":"198.51.100.0","RTA_METRICS":{"RTAX_MTU":1500}}}
 * </pre>
 *
 * <p>Numbers are numbers, of up to 64 bits. What has a name is that name, flags are an array of them, a time is a number in
 * the unit of the kernel. Bytes without a meaning are {@code {"raw":"0a0b"}}, key material is {@code {"secret":32}} with its
 * length. An attribute that stands more than once beside itself is an array of its values, a list is an array.
 */
public final class MessageJson {
    private final StringBuilder out;

    private MessageJson(StringBuilder out) {
        this.out = out;
    }

    public static String of(DecodedMessage message) {
        StringBuilder out = new StringBuilder(512);
        out.append('{');
        putMembers(out, message);
        return out.append('}').toString();
    }

    /** Appends the members of the object, without its braces: for those who have some of their own to add. */
    public static void putMembers(StringBuilder out, DecodedMessage message) {
        new MessageJson(out).members(message);
    }

    /** Appends a string with its quotes. */
    public static void putString(StringBuilder out, String string) {
        Escapes.putJson(out, string);
    }

    private void members(DecodedMessage message) {
        MessageHead head = message.head();
        name("protocol");
        string(head.protocolName());
        name("type");
        string(head.name());
        head.family().ifPresent(family -> {
            name("family");
            string(family);
        });
        name("flags");
        strings(head.flagNames());
        name("seq");
        out.append(head.seq());
        name("port");
        out.append(head.portId());
        name("length");
        out.append(head.length());
        if (message.isCut()) {
            name("cut");
            out.append(true);
        }
        message.outcome().ifPresentOrElse(outcome -> outcome(message, outcome), () -> content(message));
    }

    private void content(DecodedMessage message) {
        if (!message.fields().isEmpty()) {
            name("header");
            out.append('{');
            fields(message.fields());
            out.append('}');
        }
        if (!message.attributes().isEmpty()) {
            name("attributes");
            out.append('{');
            attributes(message.attributes());
            out.append('}');
        }
    }

    private void outcome(DecodedMessage message, Outcome outcome) {
        name("error");
        out.append(outcome.error());
        outcome.errno().ifPresent(errno -> {
            name("errno");
            string(errno);
        });
        outcome.extack().ifPresent(extack -> {
            extack.message().ifPresent(words -> {
                name("message");
                string(words);
            });
            extack.offset().ifPresent(offset -> {
                name("offset");
                out.append(offset);
            });
            if (!extack.where().isEmpty()) {
                name("where");
                strings(extack.where());
            }
            extack.missing().ifPresent(missing -> {
                name("missing");
                string(missing);
            });
        });
        if (!message.attributes().isEmpty()) {
            name("attributes");
            out.append('{');
            attributes(message.attributes());
            out.append('}');
        }
        outcome.request().ifPresent(request -> {
            name("request");
            out.append('{');
            members(request);
            out.append('}');
        });
    }

    private void fields(List<Field> fields) {
        for (Field field : fields) {
            name(field.name());
            value(field.value());
        }
    }

    private void attributes(List<Attribute> attributes) {
        Map<String, List<Value>> byName = new LinkedHashMap<>();
        for (Attribute attribute : attributes) {
            byName.computeIfAbsent(attribute.name(), name -> new ArrayList<>(1)).add(attribute.value());
        }
        byName.forEach((name, same) -> {
            name(name);
            if (same.size() == 1) {
                value(same.get(0));
            } else {
                values(same);
            }
        });
    }

    private void value(Value value) {
        if (value instanceof Value.Int number) {
            number(number);
        } else if (value instanceof Value.Time time) {
            out.append(Long.toUnsignedString(time.count()));
        } else if (value instanceof Value.FlagSet flags) {
            strings(flags.names());
        } else if (value instanceof Value.Text text) {
            string(text.string());
        } else if (value instanceof Value.Present) {
            out.append(true);
        } else if (value instanceof Value.Raw raw) {
            out.append("{\"raw\":\"").append(raw.bytes().hex()).append("\"}");
        } else if (value instanceof Value.Secret secret) {
            out.append("{\"secret\":").append(secret.length()).append('}');
        } else if (value instanceof Value.Nested nested && nested.isList()) {
            values(nested.attributes().stream().map(Attribute::value).toList());
        } else if (value instanceof Value.Nested nested) {
            out.append('{');
            attributes(nested.attributes());
            out.append('}');
        } else if (value instanceof Value.Struct struct) {
            out.append('{');
            fields(struct.fields());
            attributes(struct.attributes());
            out.append('}');
        } else if (value instanceof Value.Items items) {
            values(items.values());
        } else {
            string(value.text());
        }
    }

    private void number(Value.Int number) {
        if (number.notation() == Value.Notation.HANDLE) {
            string(number.text());
        } else {
            out.append(number.isSigned() ? Long.toString(number.number()) : Long.toUnsignedString(number.number()));
        }
    }

    private void values(List<Value> values) {
        out.append('[');
        for (Value value : values) {
            separate();
            value(value);
        }
        out.append(']');
    }

    private void strings(List<String> strings) {
        out.append('[');
        for (String each : strings) {
            separate();
            string(each);
        }
        out.append(']');
    }

    private void name(String name) {
        separate();
        string(name);
        out.append(':');
    }

    private void string(String string) {
        Escapes.putJson(out, string);
    }

    private void separate() {
        if (out.length() > 0 && "{[".indexOf(out.charAt(out.length() - 1)) < 0) {
            out.append(',');
        }
    }
}
