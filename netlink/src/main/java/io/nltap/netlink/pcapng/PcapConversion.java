// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.pcapng;

import io.nltap.netlink.author.PacketAuthor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Makes of a capture file one for tools that only read classic pcap. What that cannot say goes into a second file, with a
 * line of JSON for each packet, in the same order:
 *
 * <pre>
 *   {"packet":1,"interface":"shop/web-0","direction":"out","pod":"shop/web-0","container":"app","pid":4711,"comm":"ip",
 *    "confidence":"Exact","role":"sent","group":0}
 * </pre>
 *
 * <p>Packets count from 1, as Wireshark does. {@code direction} is {@code out} to the kernel, {@code in} to a process. What
 * is not known is {@code null}; {@code pid} 0 is the kernel.
 */
public final class PcapConversion {
    private static final int MAGIC_NANOSECONDS = 0xA1B23C4D;
    private static final short VERSION_MAJOR = 2;
    private static final short VERSION_MINOR = 4;
    private static final int FILE_HEADER = 24;
    private static final int RECORD_HEADER = 16;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /**
     * Takes the bytes of a file, piece by piece.
     *
     * @param <E> what it fails with
     */
    @FunctionalInterface
    public interface Output<E extends Exception> {
        /** @param bytes the remaining ones are meant, all of them; valid during the call */
        void write(ByteBuffer bytes) throws E;
    }

    private PcapConversion() {}

    /**
     * Writes timestamps in nanoseconds, in the byte order of the file that is read: netlink messages have it, too.
     *
     * @param capture its remaining bytes are the file; is not changed
     * @return how many packets there were
     */
    public static <E extends Exception> long pcap(ByteBuffer capture, Output<E> out) throws E {
        CaptureReader reader = CaptureReader.of(capture);
        ByteBuffer head = ByteBuffer.allocate(RECORD_HEADER + CookedHeader.LENGTH);
        long packets = 0;
        Optional<CapturedPacket> next = reader.next();
        ByteOrder order = next.map(packet -> packet.datagram().order()).orElse(ByteOrder.nativeOrder());
        out.write(fileHeader(order));
        for (; next.isPresent(); next = reader.next()) {
            CapturedPacket packet = next.get();
            ByteBuffer datagram = packet.datagram();
            head.clear().order(order);
            head.putInt((int) (packet.timestampNanos() / NANOS_PER_SECOND));
            head.putInt((int) (packet.timestampNanos() % NANOS_PER_SECOND));
            head.putInt(CookedHeader.LENGTH + datagram.remaining());
            head.putInt((int) Math.min(Integer.MAX_VALUE, CookedHeader.LENGTH + packet.originalLength()));
            CookedHeader.put(head, head.position(), packet.packetType(), packet.protocol());
            out.write(head.position(head.position() + CookedHeader.LENGTH).flip());
            out.write(datagram.duplicate());
            packets++;
        }
        return packets;
    }

    private static ByteBuffer fileHeader(ByteOrder order) {
        return ByteBuffer.allocate(FILE_HEADER)
                .order(order)
                .putInt(MAGIC_NANOSECONDS)
                .putShort(VERSION_MAJOR)
                .putShort(VERSION_MINOR)
                .putLong(0)
                .putInt(InterfaceDescription.SNAPLEN)
                .putInt(InterfaceDescription.LINKTYPE_NETLINK)
                .flip();
    }

    /**
     * @param capture its remaining bytes are the file; is not changed
     * @return how many lines there are
     */
    public static <E extends Exception> long attribution(ByteBuffer capture, Output<E> out) throws E {
        CaptureReader reader = CaptureReader.of(capture);
        long packets = 0;
        for (Optional<CapturedPacket> next = reader.next(); next.isPresent(); next = reader.next()) {
            packets++;
            out.write(ByteBuffer.wrap(line(packets, next.get()).getBytes(StandardCharsets.UTF_8)));
        }
        return packets;
    }

    private static String line(long number, CapturedPacket packet) {
        Optional<PacketAuthor> author = PacketAuthor.parse(packet.comment());
        String direction = switch (packet.direction()) {
            case OUTBOUND -> "\"out\"";
            case INBOUND -> "\"in\"";
            case UNKNOWN -> "null";
        };
        return "{\"packet\":%d,\"interface\":%s,\"direction\":%s,\"pod\":%s,\"container\":%s,\"pid\":%s,\"comm\":%s,"
                        .formatted(
                                number,
                                text(Optional.of(packet.captureInterface().name())),
                                direction,
                                text(author.flatMap(PacketAuthor::pod)),
                                text(author.flatMap(PacketAuthor::container)),
                                author.filter(each -> each.pid().isPresent())
                                        .map(each -> Integer.toString(each.pid().getAsInt()))
                                        .orElse("null"),
                                text(author.flatMap(PacketAuthor::comm)))
                + "\"confidence\":%s,\"role\":%s,\"group\":%s}\n"
                        .formatted(
                                text(author.map(PacketAuthor::confidence)),
                                text(author.map(PacketAuthor::role)),
                                author.map(each -> Integer.toUnsignedString(each.group()))
                                        .orElse("null"));
    }

    private static String text(Optional<String> value) {
        if (value.isEmpty()) {
            return "null";
        }
        StringBuilder json = new StringBuilder("\"");
        for (char each : value.get().toCharArray()) {
            if (each == '"' || each == '\\') {
                json.append('\\').append(each);
            } else if (each < ' ' || Character.isSurrogate(each) || each == '\u2028' || each == '\u2029') {
                json.append("\\u%04x".formatted((int) each));
            } else {
                json.append(each);
            }
        }
        return json.append('"').toString();
    }
}
