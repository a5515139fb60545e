// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.pcapng;

import static io.nltap.netlink.pcapng.CaptureProblem.Reason.BAD_CONTENT;
import static io.nltap.netlink.pcapng.CaptureProblem.Reason.TOO_MANY;
import static io.nltap.netlink.pcapng.InterfaceDescription.LINKTYPE_NETLINK;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads pcapng. Blocks that it does not know are passed over, as the draft asks. */
final class PcapngReader implements CaptureReader {
    /** A file of nothing but interface descriptions must not use up the heap. */
    private static final int MAX_INTERFACES = 65_536;

    private static final int SIMPLE_PACKET = 3;
    private static final int OBSOLETE_PACKET = 2;

    private static final int DESCRIPTION_OPTIONS = 16;
    private static final int STATISTICS_OPTIONS = 20;

    private final BlockCursor cursor;
    private final Problems problems = new Problems();
    private final RecentTexts comments = new RecentTexts();
    private final List<CaptureInterface> interfaces = new ArrayList<>();
    private final List<TimestampUnit> units = new ArrayList<>();
    private final TreeMap<Integer, InterfaceStatistics> statistics = new TreeMap<>();
    private final OptionCursor packetOptions = new OptionCursor(ByteBuffer.allocate(0), 0, 0);
    private int firstOfSection;
    private long skipped;
    private boolean isOver;

    PcapngReader(Window window) {
        this.cursor = new BlockCursor(window);
    }

    static boolean recognises(ByteBuffer file) {
        return file.limit() >= BlockLayout.HEAD && file.getInt(0) == BlockLayout.SECTION_HEADER;
    }

    @Override
    public Optional<CapturedPacket> next() {
        while (!isOver && cursor.next()) {
            Optional<CapturedPacket> packet = read(cursor.type());
            if (packet.isPresent()) {
                return packet;
            }
        }
        if (!isOver) {
            isOver = true;
            cursor.problem().ifPresent(problem -> problems.add(problem.offset(), problem.reason(), problem.message()));
        }
        return Optional.empty();
    }

    private Optional<CapturedPacket> read(int type) {
        switch (type) {
            case BlockLayout.SECTION_HEADER -> firstOfSection = interfaces.size();
            case BlockLayout.INTERFACE_DESCRIPTION -> readDescription();
            case BlockLayout.INTERFACE_STATISTICS -> readStatistics();
            case BlockLayout.ENHANCED_PACKET -> {
                return readPacket();
            }
            case SIMPLE_PACKET, OBSOLETE_PACKET -> skipped++;
            default -> {
                // of no interest, or of the future
            }
        }
        return Optional.empty();
    }

    private void readDescription() {
        ByteBuffer file = cursor.bytes();
        int start = cursor.start();
        if (cursor.end() - start < DESCRIPTION_OPTIONS + BlockLayout.TAIL) {
            // Counted all the same: else each later packet would be of the wrong interface.
            bad("an interface description is too short");
            keep("", "", -1, TimestampUnit.MICROSECONDS);
            return;
        }
        String name = "";
        String description = "";
        long tsresol = TimestampUnit.MICROSECONDS.exponent();
        long offset = 0;
        OptionCursor option = new OptionCursor(file, start + DESCRIPTION_OPTIONS, cursor.end() - BlockLayout.TAIL);
        while (option.next()) {
            switch (option.code()) {
                case Options.IF_NAME -> name = option.text();
                case Options.IF_DESCRIPTION -> description = option.text();
                case Options.IF_TSRESOL -> tsresol = option.octet().orElse(tsresol);
                case Options.IF_TSOFFSET -> offset = option.number().orElse(offset);
                default -> {
                    // not used
                }
            }
        }
        Optional<TimestampUnit> unit = TimestampUnit.of((int) tsresol, offset);
        if (unit.isEmpty()) {
            bad("interface %s has timestamps of a resolution that cannot be: %d; read as microseconds"
                    .formatted(name, tsresol));
        }
        keep(
                name,
                description,
                file.getShort(start + BlockLayout.HEAD) & 0xFFFF,
                unit.orElse(TimestampUnit.MICROSECONDS));
    }

    private void keep(String name, String description, int linkType, TimestampUnit unit) {
        if (interfaces.size() == MAX_INTERFACES) {
            problems.add(cursor.offset(), TOO_MANY, "more than %d interfaces".formatted(MAX_INTERFACES));
            isOver = true;
            return;
        }
        interfaces.add(new CaptureInterface(interfaces.size(), name, description, linkType));
        units.add(unit);
    }

    private void readStatistics() {
        ByteBuffer file = cursor.bytes();
        int start = cursor.start();
        if (cursor.end() - start < STATISTICS_OPTIONS + BlockLayout.TAIL) {
            bad("interface statistics are too short");
            return;
        }
        CaptureInterface of = interfaceOf(file.getInt(start + BlockLayout.HEAD));
        if (of == null) {
            bad("interface statistics are of an interface that was not described");
            return;
        }
        int index = of.index();
        TimestampUnit unit = units.get(index);
        OptionalLong begin = OptionalLong.empty();
        OptionalLong end = OptionalLong.empty();
        OptionalLong received = OptionalLong.empty();
        OptionalLong interfaceDropped = OptionalLong.empty();
        OptionalLong systemDropped = OptionalLong.empty();
        OptionalLong delivered = OptionalLong.empty();
        String comment = "";
        OptionCursor option = new OptionCursor(file, start + STATISTICS_OPTIONS, cursor.end() - BlockLayout.TAIL);
        while (option.next()) {
            switch (option.code()) {
                case Options.COMMENT -> comment = option.text();
                case Options.ISB_STARTTIME -> begin = nanos(unit, option.timestamp());
                case Options.ISB_ENDTIME -> end = nanos(unit, option.timestamp());
                case Options.ISB_IFRECV -> received = option.number();
                case Options.ISB_IFDROP -> interfaceDropped = option.number();
                case Options.ISB_OSDROP -> systemDropped = option.number();
                case Options.ISB_USRDELIV -> delivered = option.number();
                default -> {
                    // not used
                }
            }
        }
        long time = (long) file.getInt(start + 12) << 32 | (file.getInt(start + 16) & 0xFFFF_FFFFL);
        statistics.put(
                index,
                new InterfaceStatistics(
                        index,
                        unit.toNanos(time),
                        begin,
                        end,
                        received,
                        interfaceDropped,
                        systemDropped,
                        delivered,
                        comment));
    }

    private Optional<CapturedPacket> readPacket() {
        ByteBuffer file = cursor.bytes();
        Optional<RawPacket> raw = cursor.packet();
        if (raw.isEmpty()) {
            bad("a packet does not fit its block");
            return Optional.empty();
        }
        RawPacket packet = raw.get();
        CaptureInterface from = interfaceOf(packet.interfaceId());
        if (from == null) {
            bad("a packet is of interface %d, which was not described"
                    .formatted(Integer.toUnsignedLong(packet.interfaceId())));
            return Optional.empty();
        }
        if (from.linkType() != LINKTYPE_NETLINK) {
            skipped++;
            return Optional.empty();
        }
        if (packet.datagramCaptured() < 0) {
            bad("a netlink packet of %d bytes has no cooked header".formatted(packet.captured()));
            return Optional.empty();
        }
        String comment = "";
        PacketDirection direction = PacketDirection.UNKNOWN;
        OptionCursor option = packetOptions;
        option.moveTo(file, packet.optionsOffset(), cursor.end() - BlockLayout.TAIL);
        while (option.next()) {
            if (option.code() == Options.COMMENT && comment.isEmpty()) {
                comment = comments.text(option);
            } else if (option.code() == Options.EPB_FLAGS) {
                direction = PacketDirection.of(option.wordOr(0));
            }
        }
        return Optional.of(new CapturedPacket(
                from,
                units.get(from.index()).toNanos(packet.timestamp()),
                CookedHeader.packetType(file, packet.dataOffset()),
                CookedHeader.protocol(file, packet.dataOffset()),
                packet.datagramOriginal(),
                file.slice(packet.datagramOffset(), packet.datagramCaptured()).order(file.order()),
                direction,
                comment));
    }

    private @Nullable CaptureInterface interfaceOf(int id) {
        long index = firstOfSection + Integer.toUnsignedLong(id);
        return index < interfaces.size() ? interfaces.get((int) index) : null;
    }

    private static OptionalLong nanos(TimestampUnit unit, OptionalLong ticks) {
        return ticks.isPresent() ? OptionalLong.of(unit.toNanos(ticks.getAsLong())) : ticks;
    }

    private void bad(String message) {
        problems.add(cursor.offset(), BAD_CONTENT, message);
    }

    @Override
    public List<CaptureInterface> interfaces() {
        return List.copyOf(interfaces);
    }

    @Override
    public List<InterfaceStatistics> statistics() {
        return List.copyOf(statistics.values());
    }

    @Override
    public List<CaptureProblem> problems() {
        return problems.list();
    }

    @Override
    public long skipped() {
        return skipped;
    }

    @Override
    public long wholeLength() {
        return cursor.wholeLength();
    }
}
