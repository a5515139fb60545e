// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.util.List;

/**
 * A classic BPF program, as SO_ATTACH_FILTER takes it and libpcap makes it. Checked when it is made: every jump ends inside
 * it, every path ends with a return, so that it can be run without looking.
 *
 * <p>Constants are those of linux/bpf_common.h and linux/filter.h.
 */
public final class PacketFilter {
    public static final int CLASS = 0x07;
    public static final int LD = 0x00;
    public static final int LDX = 0x01;
    public static final int ST = 0x02;
    public static final int STX = 0x03;
    public static final int ALU = 0x04;
    public static final int JMP = 0x05;
    public static final int RET = 0x06;
    public static final int MISC = 0x07;

    public static final int MODE = 0xe0;
    public static final int IMM = 0x00;
    public static final int ABS = 0x20;
    public static final int IND = 0x40;
    public static final int MEM = 0x60;
    public static final int LEN = 0x80;
    public static final int MSH = 0xa0;

    public static final int OPERATION = 0xf0;
    public static final int ADD = 0x00;
    public static final int SUB = 0x10;
    public static final int MUL = 0x20;
    public static final int DIV = 0x30;
    public static final int OR = 0x40;
    public static final int AND = 0x50;
    public static final int LSH = 0x60;
    public static final int RSH = 0x70;
    public static final int NEG = 0x80;
    public static final int MOD = 0x90;
    public static final int XOR = 0xa0;

    public static final int JA = 0x00;
    public static final int JEQ = 0x10;
    public static final int JGT = 0x20;
    public static final int JGE = 0x30;
    public static final int JSET = 0x40;

    public static final int SOURCE_X = 0x08;
    public static final int RETURN_A = 0x10;
    public static final int TXA = 0x80;

    private static final int SIZE = 0x18;
    private static final int SIZE_H = 0x08;
    private static final int SIZE_B = 0x10;

    /** {@code SKF_AD_OFF + SKF_AD_PROTOCOL}: loads the netlink protocol, wherever in the packet it is or is not. */
    public static final int PROTOCOL = -0x1000;

    /** {@code SKF_AD_OFF + SKF_AD_PKTTYPE}. */
    public static final int PACKET_TYPE = PROTOCOL + 4;

    /** {@code SKF_AD_OFF + SKF_AD_MARK}. */
    static final int MARK = PROTOCOL + 20;

    /** {@code BPF_MEMWORDS}. */
    public static final int MEMORY_WORDS = 16;

    /** {@code BPF_MAXINSNS}. */
    public static final int MAX_LENGTH = 4096;

    /**
     * One instruction: {@code struct sock_filter}.
     *
     * @param k unsigned
     */
    public record Instruction(int code, int jt, int jf, int k) {}

    private final List<Instruction> instructions;
    private final int[] code;
    private final int[] jt;
    private final int[] jf;
    private final int[] k;

    /** @throws IllegalArgumentException when the kernel would not take it either; says why */
    public PacketFilter(List<Instruction> instructions) {
        this.instructions = List.copyOf(instructions);
        this.code = instructions.stream().mapToInt(Instruction::code).toArray();
        this.jt = instructions.stream().mapToInt(Instruction::jt).toArray();
        this.jf = instructions.stream().mapToInt(Instruction::jf).toArray();
        this.k = instructions.stream().mapToInt(Instruction::k).toArray();
        check();
    }

    private void check() {
        int length = code.length;
        if (length == 0 || length > MAX_LENGTH) {
            throw new IllegalArgumentException("a filter of " + length + " instructions, want 1 to " + MAX_LENGTH);
        }
        if ((code[length - 1] & CLASS) != RET) {
            throw new IllegalArgumentException("a filter whose last instruction does not return");
        }
        for (int pc = 0; pc < length; pc++) {
            int left = length - pc - 1;
            boolean memory = (code[pc] & CLASS) == ST
                    || (code[pc] & CLASS) == STX
                    || ((code[pc] & CLASS) <= LDX && (code[pc] & MODE) == MEM);
            boolean jumps = (code[pc] & CLASS) == JMP;
            boolean always = jumps && (code[pc] & OPERATION) == JA;
            boolean wild = always ? k[pc] < 0 || k[pc] >= left : jumps && (jt[pc] >= left || jf[pc] >= left);
            if (wild || (memory && (k[pc] < 0 || k[pc] >= MEMORY_WORDS))) {
                throw new IllegalArgumentException(
                        "instruction %d of a filter leads nowhere: %s".formatted(pc, instructions.get(pc)));
            }
        }
    }

    public int length() {
        return code.length;
    }

    public int code(int pc) {
        return code[pc];
    }

    public int jt(int pc) {
        return jt[pc];
    }

    public int jf(int pc) {
        return jf[pc];
    }

    public int k(int pc) {
        return k[pc];
    }

    public List<Instruction> instructions() {
        return instructions;
    }

    /** How much a load instruction reads: 1, 2 or 4 bytes. */
    public static int bytes(int code) {
        return (code & SIZE) == SIZE_B ? 1 : (code & SIZE) == SIZE_H ? 2 : 4;
    }

    /** The result of an arithmetic instruction; the operand of a division must not be 0. */
    public static int compute(int operation, int a, int operand) {
        return switch (operation) {
            case ADD -> a + operand;
            case SUB -> a - operand;
            case MUL -> a * operand;
            case DIV -> Integer.divideUnsigned(a, operand);
            case OR -> a | operand;
            case AND -> a & operand;
            case LSH -> a << operand;
            case RSH -> a >>> operand;
            case NEG -> -a;
            case MOD -> Integer.remainderUnsigned(a, operand);
            default -> a ^ operand;
        };
    }

    /** Whether a conditional jump takes its first way. */
    public static boolean holds(int operation, int a, int operand) {
        return switch (operation) {
            case JEQ -> a == operand;
            case JGT -> Integer.compareUnsigned(a, operand) > 0;
            case JGE -> Integer.compareUnsigned(a, operand) >= 0;
            default -> (a & operand) != 0;
        };
    }
}
