// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Reads the type at the end of a row of a table file.
 *
 * <pre>
 *   u8 u16 u32 u64  s8 s16 s32 s64         a number in the byte order of the machine
 *   be16 be32 be64 bes32                   a number in the byte order of networks; bes32: signed
 *   uint sint                              a number of as many bytes as there are
 *     … enum NAME | flags NAME             what it stands for
 *     … hex | handle                       how it is written
 *     … ns | us | ms | cs | s | epoch      a time: epoch in seconds since 1970, cs in clock_t
 *   bitfield32 flags NAME                  struct nla_bitfield32
 *   string [N]                             up to a 0, of N bytes in a struct
 *   bytes [N]                              shown as they are
 *   secret [N]                             key material: never shown, and zeroed by redaction
 *   flag                                   nothing but that it is there
 *   address [N [by NAME]]                  IPv4 or IPv6 by its length, or by an address family
 *   ipv4 ipv6 lladdr mac labels
 *   nest NAME                              attributes
 *   each TYPE | indexed TYPE               attributes of one type; indexed: whose numbers mean something
 *   many TYPE [names ENUM]                 values one after the other; names: of an array that an enum indexes
 *   struct NAME [nest NAME]                a structure, and attributes after it
 *   records NAME nest NAME                 structures with attributes, each with its length before it
 *   choose NAME by NAME                    a type that another attribute or field decides, {@code a/b} is one in a
 *                                          structure; or the message: {@code message} is its name, {@code direction}
 *                                          request or reply, {@code dump} yes or no
 *   choose NAME at TYPE                    a type that its first bytes decide
 * </pre>
 */
final class TypeParser {
    private static final int MAC_LENGTH = 6;

    private final TableNames names;
    private final Tokens tokens;

    TypeParser(TableNames names, Tokens tokens) {
        this.names = names;
        this.tokens = tokens;
    }

    Type type() {
        String word = tokens.word("a type");
        return switch (word) {
            case "u8" -> number(1, false, Optional.empty());
            case "u16" -> number(2, false, Optional.empty());
            case "u32" -> number(4, false, Optional.empty());
            case "u64" -> number(8, false, Optional.empty());
            case "uint" -> number(Type.ALL, false, Optional.empty());
            case "s8" -> number(1, true, Optional.empty());
            case "s16" -> number(2, true, Optional.empty());
            case "s32" -> number(4, true, Optional.empty());
            case "s64" -> number(8, true, Optional.empty());
            case "sint" -> number(Type.ALL, true, Optional.empty());
            case "be16" -> number(2, false, Optional.of(ByteOrder.BIG_ENDIAN));
            case "be32" -> number(4, false, Optional.of(ByteOrder.BIG_ENDIAN));
            case "be64" -> number(8, false, Optional.of(ByteOrder.BIG_ENDIAN));
            case "bes32" -> number(4, true, Optional.of(ByteOrder.BIG_ENDIAN));
            case "bitfield32" -> bitfield();
            case "string" -> new PlainType.Text(size());
            case "bytes" -> new PlainType.Raw(size());
            case "secret" -> new PlainType.Secret(size());
            case "flag" -> new PlainType.Flag();
            case "address" -> address();
            case "ipv4" -> new PlainType.Address(Addresses.IPV4, Optional.empty());
            case "ipv6" -> new PlainType.Address(Addresses.IPV6, Optional.empty());
            case "lladdr" -> new PlainType.LinkAddress(size());
            case "mac" -> new PlainType.LinkAddress(MAC_LENGTH);
            case "labels" -> new PlainType.Labels();
            case "nest" -> new CompositeType.Nested(names.refer(names.nests(), tokens));
            case "each" -> new CompositeType.Each(type(), true);
            case "indexed" -> new CompositeType.Each(type(), false);
            case "many" -> many();
            case "struct" -> struct();
            case "records" -> records();
            case "choose" -> choose();
            default -> throw tokens.wrong("no type is called '%s'".formatted(word));
        };
    }

    private Type number(int width, boolean isSigned, Optional<ByteOrder> order) {
        return new PlainType.Number(width, isSigned, order, meaning());
    }

    private Meaning meaning() {
        if (tokens.take("enum")) {
            return names.refer(names.enums(), tokens);
        }
        if (tokens.take("flags")) {
            return names.refer(names.flags(), tokens);
        }
        if (tokens.take("hex")) {
            return new Meaning.Amount(Value.Notation.HEX);
        }
        if (tokens.take("handle")) {
            return new Meaning.Amount(Value.Notation.HANDLE);
        }
        return time().<Meaning>map(Meaning.Span::new).orElse(new Meaning.Amount(Value.Notation.DECIMAL));
    }

    private Optional<Value.Unit> time() {
        if (tokens.take("ns")) {
            return Optional.of(Value.Unit.NANOSECONDS);
        }
        if (tokens.take("us")) {
            return Optional.of(Value.Unit.MICROSECONDS);
        }
        if (tokens.take("ms")) {
            return Optional.of(Value.Unit.MILLISECONDS);
        }
        if (tokens.take("cs")) {
            return Optional.of(Value.Unit.CENTISECONDS);
        }
        if (tokens.take("s")) {
            return Optional.of(Value.Unit.SECONDS);
        }
        return tokens.take("epoch") ? Optional.of(Value.Unit.EPOCH_SECONDS) : Optional.empty();
    }

    private Type bitfield() {
        Meaning bits = meaning();
        StructTable struct = new StructTable("nla_bitfield32");
        Type word = new PlainType.Number(Integer.BYTES, false, Optional.empty(), bits);
        struct.add("value", word);
        struct.add("selector", word);
        struct.layOut();
        return new CompositeType.Struct(struct, Optional.empty());
    }

    private int size() {
        return tokens.hasNumber() ? (int) tokens.number() : Type.ALL;
    }

    private Type address() {
        int size = size();
        Optional<String> family = tokens.take("by") ? Optional.of(tokens.word("a name")) : Optional.empty();
        return new PlainType.Address(size, family);
    }

    private Type many() {
        Type item = type();
        return new CompositeType.Many(
                item, tokens.take("names") ? Optional.of(names.refer(names.enums(), tokens)) : Optional.empty());
    }

    private Type struct() {
        StructTable struct = names.refer(names.structs(), tokens);
        return new CompositeType.Struct(
                struct, tokens.take("nest") ? Optional.of(names.refer(names.nests(), tokens)) : Optional.empty());
    }

    private Type records() {
        StructTable struct = names.refer(names.structs(), tokens);
        if (!tokens.take("nest")) {
            throw tokens.wrong("records hold a nest: records STRUCT nest NEST");
        }
        return new CompositeType.Records(struct, names.refer(names.nests(), tokens));
    }

    private Type choose() {
        CompositeType.Choice choice = names.refer(names.choices(), tokens);
        if (tokens.take("by")) {
            return new CompositeType.ChosenBy(choice, tokens.word("a name"));
        }
        if (tokens.take("at")) {
            return new CompositeType.ChosenAt(choice, type());
        }
        throw tokens.wrong("a choice is made by something: choose CHOICE by NAME, or at TYPE");
    }
}
