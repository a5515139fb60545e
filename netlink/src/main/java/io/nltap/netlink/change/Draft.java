// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.change;

import io.nltap.netlink.decode.Attribute;
import io.nltap.netlink.decode.DecodedMessage;
import io.nltap.netlink.decode.Decoder;
import io.nltap.netlink.decode.Field;
import io.nltap.netlink.decode.Value;
import io.nltap.netlink.dialog.Matter;
import io.nltap.netlink.message.NetlinkReader;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one message says of one object: a request that wants to change it, or a notification that it was changed.
 *
 * @param names what it is called: a request may know it by its name, and a notification by its number
 * @param object in words
 * @param isReplacing whether NLM_F_REPLACE is set
 * @param isNew whether the message says that the object is a new one
 * @param values all else, in words
 */
record Draft(
        ObjectKind kind,
        boolean isRemoval,
        Set<String> names,
        String object,
        boolean isReplacing,
        boolean isNew,
        Map<String, String> values,
        Matter what) {

    private static final int REQUEST = 0x1;
    private static final int REPLACE = 0x100;
    private static final int CREATE = 0x400;
    private static final int MAX_VALUE = 200;
    private static final String DIGITS_FOLLOW = "0x";
    private static final String ALL = "all";
    private static final int LONGEST_NUMBER = 16;

    /** What changes by itself, or says nothing of the object. */
    private static final Set<String> VOLATILE = Set.of(
            "IFLA_STATS",
            "IFLA_STATS64",
            "IFLA_EVENT",
            "IFLA_AF_SPEC",
            "IFLA_MAP",
            "IFLA_CARRIER_CHANGES",
            "IFLA_CARRIER_UP_COUNT",
            "IFLA_CARRIER_DOWN_COUNT",
            "IFLA_EXT_MASK",
            "IFLA_PROP_LIST",
            "IFA_CACHEINFO",
            "RTA_CACHEINFO",
            "NDA_CACHEINFO",
            "NDA_PROBES",
            "TCA_STATS",
            "TCA_STATS2",
            "TCA_XSTATS",
            "CTA_COUNTERS_ORIG",
            "CTA_COUNTERS_REPLY",
            "CTA_TIMESTAMP",
            "CTA_USE",
            "CTA_ID",
            "NFTA_TABLE_USE",
            "NFTA_CHAIN_USE",
            "NFTA_CHAIN_COUNTERS",
            "ifi_change",
            "__ifi_pad",
            "pad",
            "version",
            "res_id",
            "payload");

    /** Empty when it is of no object that is looked after here. */
    static Optional<Draft> of(Decoder decoder, int protocol, ByteBuffer message) {
        NetlinkReader reader = new NetlinkReader(
                message, message.remaining() < 16 ? 0 : message.getInt(message.position()) & 0xFFFF_FFFFL);
        if (!reader.next()) {
            return Optional.empty();
        }
        Optional<ObjectKind> kind = ObjectKind.of(protocol, reader.type());
        if (kind.isEmpty()) {
            return Optional.empty();
        }
        DecodedMessage decoded = decoder.decode(protocol, reader, name -> !VOLATILE.contains(name));
        Map<String, String> values = values(decoded);
        if (kind.get() == ObjectKind.LINK && (reader.flags() & REQUEST) != 0) {
            values.remove("ifi_family");
            values.remove("ifi_type"); // a request says nothing by them
            if (decoded.fieldNumber("ifi_change").orElse(0) == 0) {
                values.remove("ifi_flags");
            }
        }
        Set<String> names = new LinkedHashSet<>();
        String object = object(kind.get(), decoded, values, names);
        boolean isWholeLink = decoded.fieldNumber("ifi_change").orElse(0) == 0xFFFF_FFFFL;
        return Optional.of(new Draft(
                kind.get(),
                kind.get().isRemoval(reader.type()),
                names,
                object,
                (reader.flags() & REPLACE) != 0,
                isWholeLink || (reader.flags() & CREATE) != 0,
                values,
                new Matter(decoded.head().protocolName(), decoded.name(), OptionalLong.of(reader.seq()))));
    }

    /** Whether it is about all objects of its kind, as a flush is. */
    boolean isOfAll() {
        return kind.isOfTraffic() && object.equals(ALL);
    }

    boolean isSameObject(Draft other) {
        return kind == other.kind && names.stream().anyMatch(other.names::contains);
    }

    private static String object(
            ObjectKind kind, DecodedMessage decoded, Map<String, String> values, Set<String> names) {
        StringBuilder words = new StringBuilder();
        for (IdentityPart part : kind.identity()) {
            String found = "";
            for (List<String> name : part.names()) {
                if (found.isEmpty()) {
                    found = text(decoded, name);
                }
            }
            if (part.isDestination() && found.isEmpty()) {
                found = "default";
            }
            if (found.isEmpty()) {
                continue;
            }
            if (!part.isJoined() && !words.isEmpty()) {
                words.append(' ');
            }
            words.append(part.before()).append(found);
            if (kind == ObjectKind.LINK && !found.equals("0")) {
                names.add(part.source() + " " + found);
            }
        }
        if (kind.isOfTraffic() && words.isEmpty()) {
            words.append(ALL);
        }
        if (kind != ObjectKind.LINK) {
            names.add(kind + " " + words);
        }
        String named = values.getOrDefault("IFLA_IFNAME", "");
        return kind == ObjectKind.LINK && !named.isEmpty()
                ? named
                : words.toString().replace("default/0", "default");
    }

    /** Of a field or attribute. Empty when it is not there. */
    private static String text(DecodedMessage decoded, List<String> path) {
        Value at = decoded.field(path.get(0)).orElse(null);
        if (at == null) {
            return decoded.attribute(path.toArray(String[]::new))
                    .map(each -> shown(each.value()))
                    .orElse("");
        }
        for (String name : path.subList(1, path.size())) {
            at = at instanceof Value.Struct struct ? field(struct, name) : null;
            if (at == null) {
                return "";
            }
        }
        return shown(at);
    }

    private static @Nullable Value field(Value.Struct struct, String name) {
        for (Field field : struct.fields()) {
            if (field.name().equals(name)) {
                return field.value();
            }
        }
        return null;
    }

    private static Map<String, String> values(DecodedMessage decoded) {
        Map<String, String> values = new LinkedHashMap<>();
        for (Field field : decoded.fields()) {
            if (!VOLATILE.contains(field.name())) {
                values.put(field.name(), shown(field.value()));
            }
        }
        for (Attribute attribute : decoded.attributes()) {
            if (!VOLATILE.contains(attribute.name())) {
                values.putIfAbsent(attribute.name(), shown(attribute.value()));
            }
        }
        return values;
    }

    /** Bytes that nobody can read stay where they are: keys may be among them. */
    private static String shown(Value value) {
        if (value instanceof Value.Raw raw) {
            return "(%d bytes)".formatted(raw.bytes().length());
        }
        if (value instanceof Value.Text text) {
            return text.text().replace("\"", "");
        }
        String text = withoutBytes(value.text());
        return text.length() <= MAX_VALUE ? text : text.substring(0, MAX_VALUE) + "…";
    }

    /** Without hexadecimal digits that are too many for a number. */
    private static String withoutBytes(String text) {
        int begin = text.indexOf(DIGITS_FOLLOW);
        if (begin < 0) {
            return text;
        }
        StringBuilder kept = new StringBuilder();
        int at = 0;
        while (begin >= 0) {
            int digits = begin + DIGITS_FOLLOW.length();
            int end = digits;
            while (end < text.length() && isDigit(text.charAt(end))) {
                end++;
            }
            boolean isBytes = end - digits > LONGEST_NUMBER;
            kept.append(text, at, isBytes ? begin : end).append(isBytes ? "(bytes)" : "");
            at = end;
            begin = text.indexOf(DIGITS_FOLLOW, end);
        }
        return kept.append(text, at, text.length()).toString();
    }

    private static boolean isDigit(char each) {
        return (each >= '0' && each <= '9') || (each >= 'a' && each <= 'f');
    }
}
