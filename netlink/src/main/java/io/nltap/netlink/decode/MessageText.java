// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import java.util.List;
import java.util.Optional;

/**
 * A message in one line, for people:
 *
 * <pre>
 *   ROUTE RTM_NEWROUTE REQUEST|ACK|EXCL|CREATE seq 17 port 0 len 52 rtm_family=AF_INET rtm_dst_len=24 … RTA_DST=198.51.100.0
 * </pre>
 *
 * <p>Fields that are 0 are left out; attributes never are.
 */
public final class MessageText {
    private MessageText() {}

    public static String of(DecodedMessage message) {
        StringBuilder out = new StringBuilder(256);
        MessageHead head = message.head();
        out.append(head.protocolName()).append(' ').append(head.name()).append(' ');
        message.outcome().ifPresent(outcome -> putOutcome(out, head, outcome));
        out.append(head.flagNames().isEmpty() ? "-" : String.join("|", head.flagNames()));
        out.append(" seq ").append(head.seq());
        out.append(" port ").append(head.portId());
        out.append(" len ").append(head.length());
        if (message.isCut()) {
            out.append(" (cut off)");
        }
        if (message.outcome().isEmpty()) {
            putContent(out, message);
        } else {
            putExplanation(out, message, message.outcome().get());
        }
        return out.toString();
    }

    private static void putOutcome(StringBuilder out, MessageHead head, Outcome outcome) {
        boolean isDone = head.name().equals("NLMSG_DONE");
        outcome.errno().ifPresentOrElse(errno -> out.append(errno).append(' '), () -> out.append(isDone ? "" : "OK "));
        outcome.request()
                .ifPresent(request -> out.append("to ").append(request.name()).append(' '));
    }

    private static void putExplanation(StringBuilder out, DecodedMessage message, Outcome outcome) {
        Optional<Outcome.Extack> extack = outcome.extack();
        extack.flatMap(Outcome.Extack::message)
                .ifPresent(
                        words -> out.append(" \"").append(Escapes.inText(words)).append('"'));
        extack.filter(each -> each.offset().isPresent())
                .ifPresent(each -> out.append(" at byte ")
                        .append(each.offset().getAsInt())
                        .append(each.where().isEmpty() ? "" : " (" + String.join("/", each.where()) + ")"));
        extack.flatMap(Outcome.Extack::missing)
                .ifPresent(name -> out.append(" missing ").append(name));
        for (Attribute attribute : message.attributes()) {
            if (!isTold(attribute)) {
                out.append(' ');
                put(out, attribute);
            }
        }
        outcome.request().filter(request -> outcome.isFailure()).ifPresent(request -> {
            out.append(" request {");
            StringBuilder content = new StringBuilder();
            putContent(content, request);
            out.append(content.toString().strip()).append('}');
        });
    }

    private static boolean isTold(Attribute attribute) {
        return switch (attribute.name()) {
            case "NLMSGERR_ATTR_MSG", "NLMSGERR_ATTR_OFFS", "NLMSGERR_ATTR_MISS_TYPE", "NLMSGERR_ATTR_MISS_NEST" ->
                true;
            default -> false;
        };
    }

    private static void putContent(StringBuilder out, DecodedMessage message) {
        for (Field field : message.fields()) {
            boolean isCommand = field.name().equals("cmd") && field.value() instanceof Value.Name;
            if (!isZero(field.value()) && !isCommand) {
                out.append(' ');
                put(out, field);
            }
        }
        for (Attribute attribute : message.attributes()) {
            out.append(' ');
            put(out, attribute);
        }
    }

    static String attributes(List<Attribute> attributes) {
        StringBuilder out = new StringBuilder("{");
        for (Attribute attribute : attributes) {
            separate(out);
            put(out, attribute);
        }
        return out.append('}').toString();
    }

    static String struct(List<Field> fields, List<Attribute> attributes) {
        StringBuilder out = new StringBuilder("{");
        for (Field field : fields) {
            if (!isZero(field.value())) {
                separate(out);
                put(out, field);
            }
        }
        for (Attribute attribute : attributes) {
            separate(out);
            put(out, attribute);
        }
        return out.append('}').toString();
    }

    static String items(List<Value> values) {
        StringBuilder out = new StringBuilder("[");
        for (Value value : values) {
            if (out.length() > 1) {
                out.append(", ");
            }
            out.append(value.text());
        }
        return out.append(']').toString();
    }

    private static void separate(StringBuilder out) {
        if (out.length() > 1) {
            out.append(", ");
        }
    }

    private static void put(StringBuilder out, Field field) {
        out.append(field.name()).append('=').append(field.value().text());
    }

    private static void put(StringBuilder out, Attribute attribute) {
        out.append(attribute.name().replace(' ', '_'))
                .append('=')
                .append(attribute.value().text());
    }

    private static boolean isZero(Value value) {
        return (value instanceof Value.Int number && number.number() == 0)
                || (value instanceof Value.FlagSet flags && flags.number() == 0)
                || (value instanceof Value.Time time && time.count() == 0)
                || (value instanceof Value.Text text && text.string().isEmpty());
    }
}
