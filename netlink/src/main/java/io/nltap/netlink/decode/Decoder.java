// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import io.nltap.netlink.message.Flags;
import io.nltap.netlink.message.MessageTypes;
import io.nltap.netlink.message.NetlinkReader;
import io.nltap.netlink.message.Protocols;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Messages in the words of the tables. One for each capture: it learns which families of generic netlink have which
 * numbers there from what nlctrl says, and from {@link #learn}. Never throws, whatever the bytes. Not for several threads.
 *
 * <p>Whoever looks for certain messages asks {@link #name} first, which makes nothing else of them.
 */
public final class Decoder {
    static final Predicate<String> ALL = attribute -> true;

    private final Tables tables;
    private final FamilyNumbers families;

    public Decoder(Tables tables) {
        this.tables = tables;
        this.families = new FamilyNumbers(tables.fixedFamilies());
    }

    /** Tells which number a family of generic netlink has: what its {@code nlmsg_type} is. */
    public void learn(int number, String family) {
        families.learn(number, family);
    }

    /** The family of generic netlink that has this {@code nlmsg_type}, as far as is known. */
    public Optional<String> family(int number) {
        return families.name(number);
    }

    /** What the message is called, without a look at what is in it; learns nothing. */
    public String name(int protocol, NetlinkReader message) {
        return kind(protocol, message.bytes()).name();
    }

    /**
     * Whether there may be key material in a message like this one, or in what it quotes. Of a family of generic netlink
     * that is not known, nobody can tell: false. {@link #family} says which are.
     */
    public boolean mayHoldSecrets(int protocol, NetlinkReader message) {
        ByteBuffer bytes = message.bytes();
        if (message.type() == MessageTypes.NLMSG_ERROR) {
            return Answer.quotedIn(bytes)
                    .flatMap(quoted -> kind(protocol, quoted).body())
                    .map(tables::mayHoldSecrets)
                    .orElse(false);
        }
        return kind(protocol, bytes).body().map(tables::mayHoldSecrets).orElse(false);
    }

    /**
     * @param protocol netlink protocol
     * @param message stands at a message
     */
    public DecodedMessage decode(int protocol, NetlinkReader message) {
        return decode(protocol, message, ALL);
    }

    /**
     * As {@link #decode(int, NetlinkReader)}, but for some attributes.
     *
     * @param wanted tells by their names which attributes of the message itself are read; the others are passed over, as if
     *     they were not there
     */
    public DecodedMessage decode(int protocol, NetlinkReader message, Predicate<String> wanted) {
        Kind kind = kind(protocol, message.bytes());
        DecodedMessage decoded = kind.isControl()
                ? new Answer(this, kind, message.isCut()).decode()
                : message(
                        kind,
                        message.length(),
                        kind.read(new Reading(kind.bytes(), wanted)),
                        Optional.empty(),
                        message.isCut());
        families.learnFrom(decoded);
        return decoded;
    }

    DecodedMessage decode(Kind kind, long length, boolean isCut) {
        return message(kind, length, kind.read(new Reading(kind.bytes(), ALL)), Optional.empty(), isCut);
    }

    static DecodedMessage message(Kind kind, long length, Body body, Optional<Outcome> outcome, boolean isCut) {
        ByteBuffer bytes = kind.bytes();
        String name = kind.name();
        MessageHead head = new MessageHead(
                kind.protocol(),
                Protocols.name(kind.protocol()),
                kind.type(),
                name,
                kind.familyName(),
                kind.flags(),
                Flags.list(kind.flags(), name),
                bytes.getInt(8) & 0xFFFF_FFFFL,
                bytes.getInt(12) & 0xFFFF_FFFFL,
                length);
        return new DecodedMessage(head, body.fields(), body.attributes(), outcome, isCut);
    }

    /** @param bytes of a message, its header at least */
    Kind kind(int protocol, ByteBuffer bytes) {
        return new Kind(tables, families, protocol, bytes);
    }

    List<Attribute> extack(Reading reading, int from, int to) {
        return tables.nest("extack")
                .orElse(Nest.UNKNOWN)
                .read(reading, from, to, new Scope.OfMessage("extack", false, false));
    }
}
