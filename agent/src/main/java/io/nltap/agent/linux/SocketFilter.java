// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import static io.nltap.agent.linux.PacketFilter.ABS;
import static io.nltap.agent.linux.PacketFilter.JEQ;
import static io.nltap.agent.linux.PacketFilter.JMP;
import static io.nltap.agent.linux.PacketFilter.LD;
import static io.nltap.agent.linux.PacketFilter.MARK;
import static io.nltap.agent.linux.PacketFilter.RET;

import java.nio.ByteBuffer;
import java.util.List;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** A classic BPF program as SO_ATTACH_FILTER takes it. */
final class SocketFilter {

    // struct sock_filter { __u16 code; __u8 jt; __u8 jf; __u32 k; };   linux/filter.h
    private static final int FILTER_SIZE = 8;

    // struct sock_fprog { unsigned short len; struct sock_filter *filter; };   linux/filter.h
    private static final int PROGRAM_SIZE = 16;
    private static final int PROGRAM_LENGTH = 0;
    private static final int PROGRAM_FILTER = 8;

    private final ByteBuffer instructions;
    private final ByteBuffer program;

    private SocketFilter(PacketFilter.Instruction... code) {
        PacketFilter filter = new PacketFilter(List.of(code));
        instructions = NativeMemory.allocate(FILTER_SIZE * filter.length());
        for (PacketFilter.Instruction each : filter.instructions()) {
            instructions
                    .putShort((short) each.code())
                    .put((byte) each.jt())
                    .put((byte) each.jf())
                    .putInt(each.k());
        }
        program = NativeMemory.allocate(PROGRAM_SIZE)
                .putShort(PROGRAM_LENGTH, (short) filter.length())
                .putLong(
                        PROGRAM_FILTER,
                        Pointer.wrap(Runtime.getSystemRuntime(), instructions.rewind())
                                .address());
    }

    /** Cuts what is received. @param length longest capture in bytes; 0 lets nothing through */
    static SocketFilter cutting(int length) {
        return new SocketFilter(new PacketFilter.Instruction(RET, 0, 0, length));
    }

    /** Lets one byte through of packets with that mark. */
    static SocketFilter ofMark(int mark) {
        return new SocketFilter(
                new PacketFilter.Instruction(LD | ABS, 0, 0, MARK),
                new PacketFilter.Instruction(JMP | JEQ, 0, 1, mark),
                new PacketFilter.Instruction(RET, 0, 0, 1),
                new PacketFilter.Instruction(RET, 0, 0, 0));
    }

    /** {@code struct sock_fprog}; good as long as this object is reachable. */
    ByteBuffer program() {
        return program;
    }

    /** The instructions that {@link #program} points to. */
    ByteBuffer instructions() {
        return instructions;
    }
}
