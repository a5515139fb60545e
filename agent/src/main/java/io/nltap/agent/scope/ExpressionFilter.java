// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.scope;

import io.nltap.agent.frame.Frame;
import io.nltap.agent.linux.PacketFilter;
import java.nio.ByteBuffer;

/**
 * Runs a classic BPF program over a frame as if the cooked header of link type 253 stood before it. As in the kernel, a
 * program that reads beyond the packet, or divides by zero, lets nothing through.
 */
final class ExpressionFilter {
    /** {@code sll_pkttype} u16, {@code ARPHRD_NETLINK} u16, 10 bytes of nothing, protocol u16, in network byte order. */
    private static final int COOKED = 16;

    private static final int ARPHRD_NETLINK = 824;

    private final PacketFilter program;
    private final int[] memory = new int[PacketFilter.MEMORY_WORDS];

    ExpressionFilter(PacketFilter program) {
        this.program = program;
    }

    boolean allows(Frame frame) {
        int a = 0;
        int x = 0;
        for (int pc = 0; pc < program.length(); pc++) {
            int code = program.code(pc);
            int k = program.k(pc);
            switch (code & PacketFilter.CLASS) {
                case PacketFilter.LD -> {
                    long loaded = load(frame, code, k, x);
                    if (loaded < 0) {
                        return false;
                    }
                    a = (int) loaded;
                }
                case PacketFilter.LDX -> {
                    long loaded = load(frame, code, k, x);
                    if (loaded < 0) {
                        return false;
                    }
                    x = (int) loaded;
                }
                case PacketFilter.ST -> memory[k] = a;
                case PacketFilter.STX -> memory[k] = x;
                case PacketFilter.ALU -> {
                    int operand = (code & PacketFilter.SOURCE_X) != 0 ? x : k;
                    int operation = code & PacketFilter.OPERATION;
                    if (operand == 0 && (operation == PacketFilter.DIV || operation == PacketFilter.MOD)) {
                        return false;
                    }
                    a = PacketFilter.compute(operation, a, operand);
                }
                case PacketFilter.JMP -> {
                    int operation = code & PacketFilter.OPERATION;
                    if (operation == PacketFilter.JA) {
                        pc += k;
                    } else {
                        int operand = (code & PacketFilter.SOURCE_X) != 0 ? x : k;
                        pc += PacketFilter.holds(operation, a, operand) ? program.jt(pc) : program.jf(pc);
                    }
                }
                case PacketFilter.RET -> {
                    return ((code & PacketFilter.RETURN_A) != 0 ? a : k) != 0;
                }
                default -> {
                    if ((code & PacketFilter.TXA) != 0) {
                        a = x;
                    } else {
                        x = a;
                    }
                }
            }
        }
        return false;
    }

    /** @return the value as an unsigned number, or -1 where there is no such byte */
    private long load(Frame frame, int code, int k, int x) {
        return switch (code & PacketFilter.MODE) {
            case PacketFilter.IMM -> k & 0xFFFF_FFFFL;
            case PacketFilter.LEN -> COOKED + (long) frame.originalLength();
            case PacketFilter.MEM -> memory[k] & 0xFFFF_FFFFL;
            case PacketFilter.ABS -> k < 0 ? ancillary(frame, k) : read(frame, k, PacketFilter.bytes(code));
            // The length of an IP header that begins with the byte, as no netlink message does; but one may ask.
            case PacketFilter.MSH -> byteAt(frame, k & 0xFFFF_FFFFL) < 0 ? -1 : (byteAt(frame, k) & 0xF) * 4L;
            default -> read(frame, (k & 0xFFFF_FFFFL) + (x & 0xFFFF_FFFFL), PacketFilter.bytes(code));
        };
    }

    /** What libpcap asks the kernel for instead of the packet. */
    private static long ancillary(Frame frame, int what) {
        return what == PacketFilter.PROTOCOL
                ? frame.protocol()
                : what == PacketFilter.PACKET_TYPE ? frame.packetType() : -1;
    }

    private static long read(Frame frame, long at, int bytes) {
        if (at + bytes > COOKED + (long) frame.capturedLength()) {
            return -1;
        }
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | byteAt(frame, at + i);
        }
        return value;
    }

    private static int byteAt(Frame frame, long at) {
        if (at >= COOKED) {
            ByteBuffer buffer = frame.buffer();
            return at - COOKED < frame.capturedLength() ? buffer.get(frame.offset() + (int) at - COOKED) & 0xFF : -1;
        }
        int half = switch ((int) at & ~1) {
            case 0 -> frame.packetType();
            case 2 -> ARPHRD_NETLINK;
            case COOKED - 2 -> frame.protocol();
            default -> 0;
        };
        return (at & 1) == 0 ? half >> 8 & 0xFF : half & 0xFF;
    }
}
