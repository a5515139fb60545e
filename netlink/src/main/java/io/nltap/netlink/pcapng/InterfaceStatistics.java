// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.pcapng;

import java.nio.ByteBuffer;
import java.util.OptionalLong;

/**
 * What became of the packets of one interface in one file. What is not known is left out of the block.
 *
 * @param interfaceId of an {@link InterfaceDescription} of the same section
 * @param timestampNanos when the numbers were read, nanoseconds since the epoch
 * @param start {@code isb_starttime}, nanoseconds since the epoch
 * @param end {@code isb_endtime}, nanoseconds since the epoch
 * @param received {@code isb_ifrecv}: packets that the interface saw, those dropped included
 * @param interfaceDropped {@code isb_ifdrop}: the number that Wireshark shows as dropped
 * @param systemDropped {@code isb_osdrop}: dropped by the kernel between the interface and the capturing program
 * @param delivered {@code isb_usrdeliv}: packets that reached the capturing program
 * @param comment {@code opt_comment}; may be empty
 */
public record InterfaceStatistics(
        int interfaceId,
        long timestampNanos,
        OptionalLong start,
        OptionalLong end,
        OptionalLong received,
        OptionalLong interfaceDropped,
        OptionalLong systemDropped,
        OptionalLong delivered,
        String comment)
        implements Block {

    /** Interface id and timestamp. */
    private static final int BODY = 4 + 8;

    /**
     * All that is known at the end of a file.
     *
     * @param dropped by the kernel because the ring was full. The draft's place for it is {@code isb_osdrop}; dumpcap
     *     writes it as {@code isb_ifdrop}, and that is what Wireshark shows; so both say it
     */
    public static InterfaceStatistics counted(
            int interfaceId, long startNanos, long endNanos, long delivered, long dropped, String comment) {
        return new InterfaceStatistics(
                interfaceId,
                endNanos,
                OptionalLong.of(startNanos),
                OptionalLong.of(endNanos),
                OptionalLong.of(delivered + dropped),
                OptionalLong.of(dropped),
                OptionalLong.of(dropped),
                OptionalLong.of(delivered),
                comment);
    }

    /** Says in words why nothing can be said in numbers. */
    public static InterfaceStatistics unknown(int interfaceId, long timestampNanos, String comment) {
        OptionalLong none = OptionalLong.empty();
        return new InterfaceStatistics(interfaceId, timestampNanos, none, none, none, none, none, none, comment);
    }

    @Override
    public int length() {
        return BlockLayout.HEAD + BODY + options().length() + BlockLayout.TAIL;
    }

    @Override
    public void putInto(ByteBuffer out) {
        int length = length();
        BlockLayout.begin(out, BlockLayout.INTERFACE_STATISTICS, length);
        out.putInt(interfaceId);
        out.putInt((int) (timestampNanos >>> 32)).putInt((int) timestampNanos);
        options().putInto(out);
        BlockLayout.end(out, length);
    }

    private Options options() {
        return new Options()
                .text(Options.COMMENT, comment)
                .timestamp(Options.ISB_STARTTIME, start)
                .timestamp(Options.ISB_ENDTIME, end)
                .number(Options.ISB_IFRECV, received)
                .number(Options.ISB_IFDROP, interfaceDropped)
                .number(Options.ISB_OSDROP, systemDropped)
                .number(Options.ISB_USRDELIV, delivered);
    }
}
