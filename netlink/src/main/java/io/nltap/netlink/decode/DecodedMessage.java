// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A message with all that the tables say of it. Immutable.
 *
 * @param head its {@code nlmsghdr}
 * @param fields of the fixed headers that follow, such as {@code struct rtmsg}; of generic netlink first {@code cmd} and
 *     {@code version}. What follows the {@code nlmsghdr} of a message that no table knows is one field, {@code payload}
 * @param attributes of {@code NLMSG_ERROR} and {@code NLMSG_DONE} those of the extended acknowledgement
 * @param outcome of {@code NLMSG_ERROR} and {@code NLMSG_DONE}
 * @param isCut whether bytes of it were not captured: then its end is missing
 */
public record DecodedMessage(
        MessageHead head, List<Field> fields, List<Attribute> attributes, Optional<Outcome> outcome, boolean isCut)
        implements Attributes {

    public DecodedMessage {
        fields = List.copyOf(fields);
        attributes = List.copyOf(attributes);
    }

    /** Such as {@code RTM_NEWROUTE}, {@code NFT_MSG_NEWRULE}, {@code WG_CMD_SET_DEVICE}, {@code NLMSG_ERROR}. */
    public String name() {
        return head.name();
    }

    /** Value of the first field of that name in the fixed headers. */
    public Optional<Value> field(String name) {
        for (Field field : fields) {
            if (field.name().equals(name)) {
                return Optional.of(field.value());
            }
        }
        return Optional.empty();
    }

    /** Value of the {@link #field}, if it is a number, with or without names. */
    public OptionalLong fieldNumber(String name) {
        Optional<Value> value = field(name);
        return value.isEmpty() ? OptionalLong.empty() : Numbers.of(value.get());
    }

    /**
     * Names of what holds a byte, from the outside in; such as {@code RTA_METRICS, RTAX_MTU}, or {@code rtm_scope}.
     *
     * @param offset from the first byte of the message, as extended acknowledgements count
     */
    public List<String> pathTo(int offset) {
        for (Field field : fields) {
            if (holds(field.offset(), field.length(), offset)) {
                return List.of(field.name());
            }
        }
        List<String> path = new ArrayList<>();
        List<Attribute> level = attributes;
        boolean isDeeper = true;
        while (isDeeper) {
            isDeeper = false;
            for (Attribute each : level) {
                if (holds(each.offset(), each.length(), offset)) {
                    path.add(each.name());
                    level = each.attributes();
                    isDeeper = true;
                    break;
                }
            }
        }
        return path;
    }

    private static boolean holds(int from, int length, int offset) {
        return offset >= from && offset - from < length;
    }

    /** Where there is key material: offsets from the first byte of the message, that in a quoted request included. */
    public List<Span> secrets() {
        return Secrets.in(this);
    }

    /** Some bytes of a message. */
    public record Span(int offset, int length) {}

    /** The message in one line. */
    @Override
    public String toString() {
        return MessageText.of(this);
    }
}
