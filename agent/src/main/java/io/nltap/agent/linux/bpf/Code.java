// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Assembles a program, one method for each instruction used. What is written above a method is the instruction as the
 * kernel's verifier and {@code llvm-objdump} print it.
 *
 * <pre>
 *   struct bpf_insn { __u8 code; __u8 dst_reg:4, src_reg:4; __s16 off; __s32 imm; };   linux/bpf.h
 *
 *    0      1           2        4              8
 *   +------+-----+-----+--------+--------------+
 *   | code | src | dst | offset |  immediate   |      little-endian: amd64 and arm64
 *   +------+-----+-----+--------+--------------+
 * </pre>
 */
public final class Code {

    /** Bytes of an instruction; the loading of a 64-bit constant takes two. */
    public static final int INSTRUCTION_SIZE = 8;

    private static final int OFFSET = 2;
    private static final int CAPACITY = 4096;

    // linux/bpf_common.h: the class is in the low three bits, the source of the second operand in the fourth.
    private static final int BPF_LD = 0x00;
    private static final int BPF_LDX = 0x01;
    private static final int BPF_ST = 0x02;
    private static final int BPF_STX = 0x03;
    private static final int BPF_JMP = 0x05;
    private static final int BPF_K = 0x00;
    private static final int BPF_X = 0x08;
    private static final int BPF_IMM = 0x00;
    private static final int BPF_MEM = 0x60;
    private static final int BPF_ADD = 0x00;
    private static final int BPF_AND = 0x50;
    private static final int BPF_LSH = 0x60;
    private static final int BPF_RSH = 0x70;
    private static final int BPF_XOR = 0xa0;
    private static final int BPF_JEQ = 0x10;
    // linux/bpf.h
    private static final int BPF_ALU = 0x04;
    private static final int BPF_ALU64 = 0x07;
    private static final int BPF_DW = 0x18;
    private static final int BPF_ATOMIC = 0xc0;
    private static final int BPF_FETCH = 0x01;
    private static final int BPF_XCHG = 0xe0 | BPF_FETCH;
    private static final int BPF_MOV = 0xb0;
    private static final int BPF_JNE = 0x50;
    private static final int BPF_CALL = 0x80;
    private static final int BPF_EXIT = 0x90;
    private static final int BPF_PSEUDO_MAP_FD = 1;
    private static final int BPF_PSEUDO_MAP_VALUE = 2;

    private static final Register NONE = Register.R0;

    private final ByteBuffer bytes = ByteBuffer.allocate(CAPACITY).order(ByteOrder.LITTLE_ENDIAN);

    /** {@code r1 = r2} */
    public Code move(Register target, Register source) {
        return emit(BPF_ALU64 | BPF_MOV | BPF_X, target, source, 0, 0);
    }

    /** {@code r1 = 7}, sign-extended. */
    public Code move(Register target, int value) {
        return emit(BPF_ALU64 | BPF_MOV | BPF_K, target, NONE, 0, value);
    }

    /** {@code w1 = w1}: the low 32 bits remain, the others become zero. */
    public Code cutTo32Bits(Register target) {
        return emit(BPF_ALU | BPF_MOV | BPF_X, target, target, 0, 0);
    }

    /** {@code r1 += 7} */
    public Code add(Register target, int value) {
        return emit(BPF_ALU64 | BPF_ADD | BPF_K, target, NONE, 0, value);
    }

    /** {@code r1 ^= r2} */
    public Code xor(Register target, Register source) {
        return emit(BPF_ALU64 | BPF_XOR | BPF_X, target, source, 0, 0);
    }

    /** {@code r1 &= 7} */
    public Code and(Register target, int value) {
        return emit(BPF_ALU64 | BPF_AND | BPF_K, target, NONE, 0, value);
    }

    /** {@code r1 <<= 7} */
    public Code shiftLeft(Register target, int bits) {
        return emit(BPF_ALU64 | BPF_LSH | BPF_K, target, NONE, 0, bits);
    }

    /** {@code r1 >>= 7}, with zeros from above. */
    public Code shiftRight(Register target, int bits) {
        return emit(BPF_ALU64 | BPF_RSH | BPF_K, target, NONE, 0, bits);
    }

    /** {@code r1 = map[fd]}: the map itself, as argument for {@link KernelFunction#MAP_LOOKUP_ELEM}. */
    public Code loadMap(Register target, int fd) {
        return emit(BPF_LD | BPF_IMM | BPF_DW, target, Register.values()[BPF_PSEUDO_MAP_FD], 0, fd)
                .emit(0, NONE, NONE, 0, 0);
    }

    /** {@code r1 = map[fd][0]+7}: the address of byte {@code offset} of the only element of an array. */
    public Code loadMapValue(Register target, int fd, int offset) {
        return emit(BPF_LD | BPF_IMM | BPF_DW, target, Register.values()[BPF_PSEUDO_MAP_VALUE], 0, fd)
                .emit(0, NONE, NONE, 0, offset);
    }

    /** {@code r1 = *(u32 *)(r2 + 7)} */
    public Code load(Width width, Register target, Register base, int offset) {
        return emit(BPF_LDX | BPF_MEM | width.code(), target, base, offset, 0);
    }

    /** {@code *(u32 *)(r1 + 7) = r2} */
    public Code store(Width width, Register base, int offset, Register source) {
        return emit(BPF_STX | BPF_MEM | width.code(), base, source, offset, 0);
    }

    /** {@code *(u32 *)(r1 + 7) = 9} */
    public Code store(Width width, Register base, int offset, int value) {
        return emit(BPF_ST | BPF_MEM | width.code(), base, NONE, offset, value);
    }

    /** {@code r2 = atomic_fetch_add((u64 *)(r1 + 7), r2)}; Linux 5.12. A full memory barrier. */
    public Code fetchAndAdd(Width width, Register base, int offset, Register operand) {
        return emit(BPF_STX | BPF_ATOMIC | width.code(), base, operand, offset, BPF_ADD | BPF_FETCH);
    }

    /** {@code r2 = atomic_xchg((u32 *)(r1 + 7), r2)}; Linux 5.12. A full memory barrier. */
    public Code exchange(Width width, Register base, int offset, Register operand) {
        return emit(BPF_STX | BPF_ATOMIC | width.code(), base, operand, offset, BPF_XCHG);
    }

    /** {@code if r1 == 7 goto label} */
    public Code jumpIfEqual(Register left, int right, Label label) {
        label.jumpedTo(bytes.position());
        return emit(BPF_JMP | BPF_JEQ | BPF_K, left, NONE, 0, right);
    }

    /** {@code if r1 == r2 goto label} */
    public Code jumpIfEqual(Register left, Register right, Label label) {
        label.jumpedTo(bytes.position());
        return emit(BPF_JMP | BPF_JEQ | BPF_X, left, right, 0, 0);
    }

    /** {@code if r1 != 7 goto label} */
    public Code jumpIfNotEqual(Register left, int right, Label label) {
        label.jumpedTo(bytes.position());
        return emit(BPF_JMP | BPF_JNE | BPF_K, left, NONE, 0, right);
    }

    /** The next instruction is where the jumps to {@code label} lead. */
    public Code bind(Label label) {
        for (int jump : label.jumps()) {
            // Counted from the instruction after the jump.
            int distance = (bytes.position() - jump) / INSTRUCTION_SIZE - 1;
            bytes.putShort(jump + OFFSET, (short) distance);
        }
        return this;
    }

    /**
     * {@code r0 = bpf_map_lookup_elem(map, fp + 7)}, {@code if r0 == 0 goto absent}: R1 to R5 are lost.
     *
     * @param fd of the map
     * @param key where on the stack the key is, from its end
     */
    public Code lookUp(int fd, int key, Label absent) {
        return loadMap(Register.R1, fd)
                .move(Register.R2, Register.FP)
                .add(Register.R2, key)
                .call(KernelFunction.MAP_LOOKUP_ELEM)
                .jumpIfEqual(Register.R0, 0, absent);
    }

    /** {@code call bpf_ktime_get_ns#5} */
    public Code call(KernelFunction function) {
        return emit(BPF_JMP | BPF_CALL, NONE, NONE, 0, function.number());
    }

    /** {@code exit}: ends the program with what is in R0. */
    public Code exit() {
        return emit(BPF_JMP | BPF_EXIT, NONE, NONE, 0, 0);
    }

    private Code emit(int code, Register target, Register source, int offset, int immediate) {
        if (offset != (short) offset) {
            throw new IllegalArgumentException("an instruction reaches 32 KiB far, not " + offset + " bytes");
        }
        bytes.put((byte) code)
                .put((byte) (source.ordinal() << 4 | target.ordinal()))
                .putShort((short) offset)
                .putInt(immediate);
        return this;
    }

    /** How many instructions there are. */
    public int length() {
        return bytes.position() / INSTRUCTION_SIZE;
    }

    /** A copy of the program as bpf(2) takes it. */
    public byte[] bytes() {
        byte[] copy = new byte[bytes.position()];
        bytes.get(0, copy);
        return copy;
    }
}
