// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.jspecify.annotations.Nullable;

/** Compiles pcap filter expressions (pcap-filter(7)) for Linux netlink, with the machine's libpcap. */
public final class PcapCompiler {
    /** {@code DLT_NETLINK} of {@code pcap/dlt.h}. */
    private static final int DLT_NETLINK = 253;

    private static final int SNAPLEN = 262_144;
    private static final int OPTIMIZE = 1;
    /** {@code PCAP_NETMASK_UNKNOWN} of {@code pcap/pcap.h}: netlink has no networks. */
    private static final int NO_NETMASK = 0xFFFF_FFFF;

    // struct bpf_program { u_int bf_len; struct bpf_insn *bf_insns; };   pcap/bpf.h
    private static final int PROGRAM_SIZE = 16;
    private static final int PROGRAM_LENGTH = 0;
    private static final int PROGRAM_INSTRUCTIONS = 8;

    // struct bpf_insn { u_short code; u_char jt; u_char jf; bpf_u_int32 k; };   pcap/bpf.h
    private static final int INSTRUCTION_SIZE = 8;
    private static final int INSTRUCTION_JT = 2;
    private static final int INSTRUCTION_JF = 3;
    private static final int INSTRUCTION_K = 4;

    /** What the package of libpcap installs; the name without a version is only there for those who compile. */
    private static final List<String> LIBRARIES = List.of("libpcap.so.0.8", "libpcap.so.1", "libpcap.so");

    /** Public only because the class that jnr-ffi makes of it lives in another class loader. */
    public interface LibPcapCalls {
        // pcap_t *pcap_open_dead(int linktype, int snaplen)
        @Nullable
        Pointer pcap_open_dead(int linkType, int snaplen);

        // int pcap_compile(pcap_t *p, struct bpf_program *fp, const char *str, int optimize, bpf_u_int32 netmask)
        int pcap_compile(Pointer pcap, ByteBuffer program, String expression, int optimize, int netmask);

        // char *pcap_geterr(pcap_t *p)
        String pcap_geterr(Pointer pcap);

        // void pcap_freecode(struct bpf_program *)
        void pcap_freecode(ByteBuffer program);

        // void pcap_close(pcap_t *p)
        void pcap_close(Pointer pcap);
    }

    private PcapCompiler() {}

    /**
     * @return a program for packets with the cooked header of link type 253
     * @throws IllegalArgumentException with libpcap's own words when it does not take the expression
     * @throws UnsatisfiedLinkError when the machine has no libpcap
     */
    public static synchronized PacketFilter compile(String expression) { // its parser has global state before 1.8
        LibPcapCalls libpcap = load();
        Pointer pcap = libpcap.pcap_open_dead(DLT_NETLINK, SNAPLEN);
        if (pcap == null) {
            throw new IllegalStateException("libpcap has no memory for a filter");
        }
        try {
            ByteBuffer program = NativeMemory.allocate(PROGRAM_SIZE);
            if (libpcap.pcap_compile(pcap, program, expression, OPTIMIZE, NO_NETMASK) != 0) {
                throw new IllegalArgumentException(libpcap.pcap_geterr(pcap));
            }
            try {
                return read(program);
            } finally {
                libpcap.pcap_freecode(program);
            }
        } finally {
            libpcap.pcap_close(pcap);
        }
    }

    private static PacketFilter read(ByteBuffer program) {
        Pointer at = Pointer.wrap(Runtime.getSystemRuntime(), program.getLong(PROGRAM_INSTRUCTIONS));
        List<PacketFilter.Instruction> instructions = new ArrayList<>();
        for (long i = 0; i < program.getInt(PROGRAM_LENGTH); i++) {
            long offset = i * INSTRUCTION_SIZE;
            instructions.add(new PacketFilter.Instruction(
                    at.getShort(offset) & 0xFFFF,
                    at.getByte(offset + INSTRUCTION_JT) & 0xFF,
                    at.getByte(offset + INSTRUCTION_JF) & 0xFF,
                    at.getInt(offset + INSTRUCTION_K)));
        }
        return new PacketFilter(instructions);
    }

    private static LibPcapCalls load() {
        UnsatisfiedLinkError missing = new UnsatisfiedLinkError("this machine has no libpcap: install libpcap0.8");
        for (String library : LIBRARIES) {
            try {
                return LibraryLoader.create(LibPcapCalls.class)
                        .failImmediately()
                        .load(library);
            } catch (UnsatisfiedLinkError e) {
                missing.addSuppressed(e);
            }
        }
        throw missing;
    }
}
