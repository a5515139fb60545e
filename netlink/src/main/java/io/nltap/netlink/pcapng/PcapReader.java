// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.pcapng;

import static io.nltap.netlink.pcapng.CaptureProblem.Reason.BAD_CONTENT;
import static io.nltap.netlink.pcapng.CaptureProblem.Reason.CUT_OFF;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/**
 * Reads classic pcap, with timestamps in micro- or nanoseconds.
 *
 * <pre>
 *   file:    0 magic | 4 version | 8 two unused words | 16 snaplen | 20 link type | 24 records
 *   record:  0 seconds | 4 fraction | 8 captured | 12 original | 16 bytes, not padded
 * </pre>
 */
final class PcapReader implements CaptureReader {
    private static final int MAGIC_MICROSECONDS = 0xA1B2C3D4;
    private static final int MAGIC_NANOSECONDS = 0xA1B23C4D;

    private static final int FILE_HEADER = 24;
    private static final int LINK_TYPE = 20;
    private static final int LINK_TYPE_MASK = 0x0FFF_FFFF; // the rest tells of frame check sequences

    private static final int RECORD_HEADER = 16;
    private static final int CAPTURED = 8;
    private static final int ORIGINAL = 12;

    private final Window window;
    private final long nanosPerTick;
    private final CaptureInterface captureInterface;
    private final Problems problems = new Problems();
    private int next = FILE_HEADER;
    private long skipped;
    private boolean isOver;

    private PcapReader(Window window, long nanosPerTick) {
        this.window = window;
        this.nanosPerTick = nanosPerTick;
        int linkType = window.bytes().getInt(LINK_TYPE) & LINK_TYPE_MASK;
        this.captureInterface = new CaptureInterface(0, "", "", linkType);
    }

    /** Empty when the file does not begin like a pcap file. */
    static Optional<CaptureReader> open(Window window) {
        if (!window.has(0, FILE_HEADER)) {
            return Optional.empty();
        }
        for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
            window.order(order);
            int magic = window.bytes().getInt(0);
            if (magic == MAGIC_MICROSECONDS || magic == MAGIC_NANOSECONDS) {
                return Optional.of(new PcapReader(window, magic == MAGIC_NANOSECONDS ? 1 : 1000));
            }
        }
        return Optional.empty();
    }

    @Override
    public Optional<CapturedPacket> next() {
        while (!isOver) {
            reach(RECORD_HEADER);
            if (!window.has(next, 1)) {
                return Optional.empty();
            }
            long captured = window.has(next, RECORD_HEADER) ? unsigned(next + CAPTURED) : 0;
            if (captured <= Window.MAX_STEP) {
                reach(RECORD_HEADER + captured);
            }
            int record = next;
            long left = (long) window.bytes().limit() - record - RECORD_HEADER;
            if (left < captured) {
                bad(record, CUT_OFF, "a record of %d bytes has only %d".formatted(captured, left));
                isOver = true;
                return Optional.empty();
            }
            next = (int) (record + RECORD_HEADER + captured);
            if (captureInterface.linkType() != InterfaceDescription.LINKTYPE_NETLINK) {
                skipped++;
            } else if (captured < CookedHeader.LENGTH) {
                bad(record, BAD_CONTENT, "a netlink packet of %d bytes has no cooked header".formatted(captured));
            } else {
                return Optional.of(packet(record, (int) captured));
            }
        }
        return Optional.empty();
    }

    /** Moves the window so that it holds what follows, if it does not yet. */
    private void reach(long length) {
        if (!window.has(next, length) && window.mayGrow()) {
            window.moveTo(next, (int) length);
            next = 0;
        }
    }

    private void bad(int record, CaptureProblem.Reason reason, String message) {
        problems.add(window.base() + record, reason, message);
    }

    private CapturedPacket packet(int record, int captured) {
        ByteBuffer file = window.bytes();
        int data = record + RECORD_HEADER;
        long original = Math.max(captured, unsigned(record + ORIGINAL));
        return new CapturedPacket(
                captureInterface,
                unsigned(record) * 1_000_000_000L + unsigned(record + 4) * nanosPerTick,
                CookedHeader.packetType(file, data),
                CookedHeader.protocol(file, data),
                original - CookedHeader.LENGTH,
                file.slice(data + CookedHeader.LENGTH, captured - CookedHeader.LENGTH)
                        .order(file.order()),
                PacketDirection.UNKNOWN,
                "");
    }

    private long unsigned(int offset) {
        return window.bytes().getInt(offset) & 0xFFFF_FFFFL;
    }

    @Override
    public List<CaptureInterface> interfaces() {
        return List.of(captureInterface);
    }

    @Override
    public List<InterfaceStatistics> statistics() {
        return List.of();
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
        return window.base() + next;
    }
}
