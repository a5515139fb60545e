// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import io.nltap.netlink.message.Errno;
import io.nltap.netlink.message.MessageTypes;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * {@code NLMSG_ERROR} and {@code NLMSG_DONE}: {@code linux/netlink.h}.
 *
 * <pre>
 *   error: 0 int error | 4 nlmsghdr of the request | 20 its payload, unless NLM_F_CAPPED | attributes, if NLM_F_ACK_TLVS
 *   done:  0 int error | 4 attributes, if NLM_F_ACK_TLVS
 * </pre>
 */
final class Answer {
    private static final int CAPPED = 0x100;
    private static final int ACK_TLVS = 0x200;

    private static final int ERROR = Kind.HEADER;
    private static final int REQUEST = ERROR + Integer.BYTES;

    private final Decoder decoder;
    private final Kind kind;
    private final boolean isCut;
    private final int end;
    private final Reading reading;

    /** @param kind a control message */
    Answer(Decoder decoder, Kind kind, boolean isCut) {
        this.decoder = decoder;
        this.kind = kind;
        this.isCut = isCut;
        this.end = kind.bytes().limit();
        this.reading = new Reading(kind.bytes(), Decoder.ALL);
    }

    /** The request in an error, or what there is of it. */
    static Optional<ByteBuffer> quotedIn(ByteBuffer error) {
        if (error.limit() < REQUEST + Kind.HEADER) {
            return Optional.empty();
        }
        long claimed = error.getInt(REQUEST) & 0xFFFF_FFFFL;
        boolean isCapped = (error.getShort(6) & CAPPED) != 0;
        long quoted = isCapped ? Kind.HEADER : Math.max(Kind.HEADER, claimed);
        int taken = (int) Math.min(quoted, error.limit() - REQUEST);
        return Optional.of(error.slice(REQUEST, taken).order(error.order()));
    }

    DecodedMessage decode() {
        boolean isError = kind.type() == MessageTypes.NLMSG_ERROR;
        if (!(isError || kind.type() == MessageTypes.NLMSG_DONE) || end < REQUEST) {
            return message(Body.raw(reading, Kind.HEADER, end - Kind.HEADER), Optional.empty());
        }
        Optional<ByteBuffer> quoted = isError ? quotedIn(kind.bytes()) : Optional.empty();
        Optional<Kind> asked = quoted.map(bytes -> decoder.kind(kind.protocol(), bytes));
        Optional<DecodedMessage> request = asked.map(this::quoted);
        int rest = quoted.map(bytes -> Math.min(end, REQUEST + ((bytes.limit() + 3) & -4)))
                .orElse(REQUEST);

        List<Attribute> attributes = List.of();
        Optional<Outcome.Extack> extack = Optional.empty();
        if ((kind.flags() & ACK_TLVS) != 0 && rest < end) {
            attributes = decoder.extack(reading, rest, end);
            extack = Optional.of(ExtackReading.of(attributes, request, asked.flatMap(Kind::nest)));
        }
        int error = kind.bytes().getInt(ERROR);
        Value number = new Value.Int(error, Integer.BYTES, true, Value.Notation.DECIMAL);
        Outcome outcome = new Outcome(
                error,
                error < 0 ? Optional.of(Errno.name(error)) : Optional.empty(),
                request,
                request.isPresent() ? OptionalInt.of(REQUEST) : OptionalInt.empty(),
                extack);
        return message(
                new Body(List.of(new Field("error", ERROR, Integer.BYTES, number)), attributes), Optional.of(outcome));
    }

    /** An error in an error quotes nobody: of it only the header is told. */
    private DecodedMessage quoted(Kind asked) {
        long claimed = asked.bytes().getInt(0) & 0xFFFF_FFFFL;
        boolean isWhole = asked.bytes().limit() >= claimed || (kind.flags() & CAPPED) != 0;
        return asked.isControl()
                ? Decoder.message(asked, claimed, Body.EMPTY, Optional.empty(), !isWhole)
                : decoder.decode(asked, claimed, !isWhole);
    }

    private DecodedMessage message(Body body, Optional<Outcome> outcome) {
        return Decoder.message(kind, kind.bytes().getInt(0) & 0xFFFF_FFFFL, body, outcome, isCut);
    }
}
