// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/** A BPF map with numbers from 0 on as keys that stays in the kernel: programs use it, and this process at most fills it. */
public final class BpfTable implements AutoCloseable {

    /** What the kernel does with a table. */
    public enum Kind {
        /** Programs for {@code bpf_tail_call}: values are descriptors of programs. */
        PROGRAMS(3),
        /** Memory of which each processor has its own. */
        PER_PROCESSOR(6),
        /** Memory that all processors share. */
        SHARED(2);

        // enum bpf_map_type   linux/bpf.h
        private final int number;

        Kind(int number) {
            this.number = number;
        }
    }

    // union bpf_attr, BPF_MAP_*_ELEM: __u32 map_fd; __aligned_u64 key, value; __u64 flags;   linux/bpf.h
    private static final int ELEMENT_SIZE = 32;
    private static final int MAP_FD = 0;
    private static final int KEY = 8;
    private static final int VALUE = 16;

    private final Fd fd;

    private BpfTable(Fd fd) {
        this.fd = fd;
    }

    /**
     * @param valueSize bytes of a value; 4 for {@link Kind#PROGRAMS}
     * @throws KernelException EPERM without CAP_BPF
     */
    public static BpfTable open(Kind kind, String name, int valueSize, int entries) throws KernelException {
        ByteBuffer attributes = BpfArray.creation(kind.number, name, valueSize, entries, 0);
        return new BpfTable(Bpf.open(Bpf.BPF_MAP_CREATE, attributes, "bpf(BPF_MAP_CREATE)", name));
    }

    /** The descriptor by which a program names the table; belongs to this. */
    public int fd() {
        return fd.number();
    }

    /** The table keeps the program, until it is removed or the table goes. */
    public void put(int key, BpfProgram program) throws KernelException {
        element(Bpf.BPF_MAP_UPDATE_ELEM, "bpf(BPF_MAP_UPDATE_ELEM)", key, program.fd());
    }

    public void remove(int key) throws KernelException {
        element(Bpf.BPF_MAP_DELETE_ELEM, "bpf(BPF_MAP_DELETE_ELEM)", key, 0);
    }

    private void element(int command, String call, int key, int value) throws KernelException {
        ByteBuffer keyBytes = NativeMemory.ofInt(key);
        ByteBuffer valueBytes = NativeMemory.ofInt(value);
        ByteBuffer attributes = NativeMemory.allocate(ELEMENT_SIZE)
                .putInt(MAP_FD, fd.number())
                .putLong(KEY, NativeMemory.address(keyBytes))
                .putLong(VALUE, command == Bpf.BPF_MAP_UPDATE_ELEM ? NativeMemory.address(valueBytes) : 0);
        long result = Bpf.call(command, attributes);
        Reference.reachabilityFence(keyBytes);
        Reference.reachabilityFence(valueBytes);
        if (result < 0) {
            throw new KernelException(call, "key " + key, (int) -result);
        }
    }

    /** Programs that use it keep it in the kernel until they are gone; the programs in it are let go at once. */
    @Override
    public void close() {
        fd.close();
    }
}
