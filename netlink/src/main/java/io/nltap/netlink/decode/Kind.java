// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import io.nltap.netlink.message.MessageTypes;
import io.nltap.netlink.message.Protocols;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** What the tables know of a message by its type, and in generic netlink by its family and command. */
final class Kind {
    static final int HEADER = 16;

    private static final int REQUEST = 1;
    private static final int DUMP = 0x300;

    /** {@code struct genlmsghdr { __u8 cmd; __u8 version; __u16 reserved; };} {@code linux/genetlink.h}. */
    private static final int GENERIC_HEADER = 4;

    /** {@code struct nfgenmsg { __u8 nfgen_family; __u8 version; __be16 res_id; };} {@code linux/netfilter/nfnetlink.h}. */
    private static final int NETFILTER_HEADER = 4;

    private final Tables tables;
    private final FamilyNumbers families;
    private final int protocol;
    private final ByteBuffer bytes;
    private final int type;
    private final int flags;
    private final Optional<Family.Command> command;

    /** @param bytes from the {@code nlmsghdr} on, which is whole */
    Kind(Tables tables, FamilyNumbers families, int protocol, ByteBuffer bytes) {
        this.tables = tables;
        this.families = families;
        this.protocol = protocol;
        this.bytes = bytes;
        this.type = bytes.getShort(4) & 0xFFFF;
        this.flags = bytes.getShort(6) & 0xFFFF;
        this.command = isGeneric() && bytes.limit() > HEADER
                ? families.name(type)
                        .flatMap(tables::family)
                        .flatMap(family -> family.command(bytes.get(HEADER) & 0xFF, isRequest()))
                : Optional.empty();
    }

    int protocol() {
        return protocol;
    }

    ByteBuffer bytes() {
        return bytes;
    }

    int type() {
        return type;
    }

    int flags() {
        return flags;
    }

    boolean isRequest() {
        return (flags & REQUEST) != 0;
    }

    /** Means the same in every protocol: {@code linux/netlink.h}. */
    boolean isControl() {
        return type < MessageTypes.NLMSG_MIN_TYPE;
    }

    String name() {
        if (command.isPresent()) {
            return command.get().name();
        }
        ByteBuffer payload = bytes.slice(HEADER, bytes.limit() - HEADER);
        if (isGeneric() && payload.hasRemaining()) {
            Optional<String> family = families.name(type);
            if (family.isPresent()) {
                return "%s command %d".formatted(family.get(), payload.get(0) & 0xFF);
            }
        }
        return MessageTypes.name(protocol, type, payload);
    }

    /** Family of generic netlink, or subsystem of netfilter. */
    Optional<String> familyName() {
        if (isControl()) {
            return Optional.empty();
        }
        return switch (protocol) {
            case Protocols.GENERIC -> families.name(type);
            case Protocols.NETFILTER -> Optional.of(MessageTypes.subsystem(type >> 8));
            default -> Optional.empty();
        };
    }

    /** What follows the header; of generic netlink, what follows its header, too. */
    Optional<Type> body() {
        return isGeneric() ? command.map(Family.Command::body) : tables.body(protocol, type, isRequest());
    }

    /** The attributes at the top of a message of this kind. */
    Optional<Nest> nest() {
        return body().flatMap(body -> body instanceof CompositeType.Struct struct
                ? struct.nest()
                : body instanceof CompositeType.Nested nested ? Optional.of(nested.nest()) : Optional.empty());
    }

    Body read(Reading reading) {
        if (isGeneric()) {
            return generic(reading);
        }
        int length = bytes.limit() - HEADER;
        Optional<Type> body = body();
        if (body.isPresent()) {
            return Body.of(body.get().read(reading, HEADER, length, scope()), HEADER, length);
        }
        return protocol == Protocols.NETFILTER && length >= NETFILTER_HEADER
                ? unknown(reading, HEADER + NETFILTER_HEADER).after(netfilterHeader(reading))
                : Body.raw(reading, HEADER, length);
    }

    private Body generic(Reading reading) {
        int length = bytes.limit() - HEADER;
        if (length < GENERIC_HEADER) {
            return Body.raw(reading, HEADER, length);
        }
        int at = HEADER + GENERIC_HEADER;
        int rest = length - GENERIC_HEADER;
        Body body = body().map(known -> Body.of(known.read(reading, at, rest, scope()), at, rest))
                .orElseGet(() -> unknown(reading, at));
        return body.after(List.of(new Field("cmd", HEADER, 1, commandValue()), octet(reading, "version", HEADER + 1)));
    }

    private Value commandValue() {
        int number = bytes.get(HEADER) & 0xFF;
        return command.<Value>map(known -> new Value.Name(known.name(), number))
                .orElse(new Value.Int(number, 1, false, Value.Notation.DECIMAL));
    }

    private static List<Field> netfilterHeader(Reading reading) {
        return List.of(octet(reading, "nfgen_family", HEADER), octet(reading, "version", HEADER + 1));
    }

    private static Field octet(Reading reading, String name, int offset) {
        return new Field(name, offset, 1, new Value.Int(reading.u8(offset), 1, false, Value.Notation.DECIMAL));
    }

    /** Attributes without names, if that is what the bytes are. */
    private Body unknown(Reading reading, int offset) {
        int end = bytes.limit();
        return AttributeCursor.isWellFormed(bytes, offset, end)
                ? new Body(List.of(), Nest.UNKNOWN.read(reading, offset, end, scope()))
                : Body.raw(reading, offset, end - offset);
    }

    Scope scope() {
        return new Scope.OfMessage(name(), isRequest(), isRequest() && (flags & DUMP) == DUMP);
    }

    private boolean isGeneric() {
        return protocol == Protocols.GENERIC && !isControl();
    }
}
