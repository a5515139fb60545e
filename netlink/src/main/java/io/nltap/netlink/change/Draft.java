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
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

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
    private static final String LONG_BYTES = "0x[0-9a-f]{17,}";

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
        DecodedMessage decoded = decoder.decode(protocol, reader);
        Map<String, String> values = values(decoded);
        if (kind.get() == ObjectKind.LINK && (reader.flags() & REQUEST) != 0) {
            values.remove("ifi_family");
            values.remove("ifi_type"); // a request says nothing by them
            if (decoded.fieldNumber("ifi_change").orElse(0) == 0) {
                values.remove("ifi_flags");
            }
        }
        boolean isRemoval = kind.get().isRemoval(reader.type());
        Set<String> names = new LinkedHashSet<>();
        String object = object(kind.get(), decoded, values, names);
        boolean isWholeLink = decoded.fieldNumber("ifi_change").orElse(0) == 0xFFFF_FFFFL;
        return Optional.of(new Draft(
                kind.get(),
                isRemoval,
                names,
                object,
                (reader.flags() & REPLACE) != 0,
                isWholeLink || (reader.flags() & CREATE) != 0,
                values,
                new Matter(decoded.head().protocolName(), decoded.name(), OptionalLong.of(reader.seq()))));
    }

    boolean isSameObject(Draft other) {
        return kind == other.kind && names.stream().anyMatch(other.names::contains);
    }

    private static String object(
            ObjectKind kind, DecodedMessage decoded, Map<String, String> values, Set<String> names) {
        StringBuilder words = new StringBuilder();
        for (String part : kind.identity()) {
            int space = part.lastIndexOf(' ');
            String before = space < 0 ? "" : part.substring(0, space + 1);
            boolean isJoined = part.startsWith("/");
            String found = "";
            for (String name : part.substring(isJoined ? 1 : space + 1).split("\\|")) {
                if (found.isEmpty()) {
                    found = text(decoded, name);
                }
            }
            if (part.startsWith("RTA_DST|")) {
                found = text(decoded, "RTA_DST");
                before = "";
                found = found.isEmpty() ? "default" : found;
            }
            if (found.isEmpty()) {
                continue;
            }
            if (!isJoined && !words.isEmpty()) {
                words.append(' ');
            }
            words.append(isJoined ? "/" : before).append(found);
            if (kind == ObjectKind.LINK && !found.equals("0")) {
                names.add(part + " " + found);
            }
        }
        if (kind != ObjectKind.LINK) {
            names.add(kind + " " + words);
        }
        String named = values.getOrDefault("IFLA_IFNAME", "");
        return kind == ObjectKind.LINK && !named.isEmpty()
                ? named
                : words.toString().replace("default/0", "default");
    }

    /** Of a field or attribute; a path has dots. Empty when it is not there. */
    private static String text(DecodedMessage decoded, String name) {
        String[] path = name.split("\\.");
        Optional<Value> value = decoded.field(path[0]);
        if (value.isPresent()) {
            Value at = value.get();
            for (int i = 1; i < path.length; i++) {
                String next = path[i];
                if (!(at instanceof Value.Struct struct)) {
                    return "";
                }
                Optional<Field> field = struct.fields().stream()
                        .filter(each -> each.name().equals(next))
                        .findFirst();
                if (field.isEmpty()) {
                    return "";
                }
                at = field.get().value();
            }
            return shown(at);
        }
        return decoded.attribute(name).map(each -> shown(each.value())).orElse("");
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
        String text = value.text().replaceAll(LONG_BYTES, "(bytes)");
        return text.length() <= MAX_VALUE ? text : text.substring(0, MAX_VALUE) + "…";
    }
}
