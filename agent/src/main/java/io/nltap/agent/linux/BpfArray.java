// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.nio.ByteBuffer;

/** A BPF array that programs write and this process reads as memory, without system calls. */
public final class BpfArray implements AutoCloseable {

    // union bpf_attr, BPF_MAP_CREATE: __u32 map_type, key_size, value_size, max_entries, map_flags, inner_map_fd,
    //                                       numa_node; char map_name[16]; …   linux/bpf.h
    private static final int MAP_CREATE_SIZE = 44;
    private static final int MAP_TYPE = 0;
    private static final int KEY_SIZE = 4;
    private static final int VALUE_SIZE = 8;
    private static final int MAX_ENTRIES = 12;
    private static final int MAP_FLAGS = 16;
    private static final int MAP_NAME = 28;

    private static final int BPF_MAP_TYPE_ARRAY = 2;
    private static final int BPF_F_MMAPABLE = 1 << 10;

    private final Fd fd;
    private final KernelMapping mapping;
    private final long bytes;

    private BpfArray(Fd fd, KernelMapping mapping, long bytes) {
        this.fd = fd;
        this.mapping = mapping;
        this.bytes = bytes;
    }

    /**
     * @param elementSize bytes of an element, a multiple of 8
     * @throws KernelException EPERM without CAP_BPF, EINVAL before Linux 5.5, ENOSYS without {@code CONFIG_BPF_SYSCALL},
     *     ENOMEM or EPERM when the kernel or this process's memory group has no memory for it
     */
    public static BpfArray open(String name, int elementSize, int elements) throws KernelException {
        ByteBuffer attributes = creation(BPF_MAP_TYPE_ARRAY, name, elementSize, elements, BPF_F_MMAPABLE);
        String object = "array %s of %d x %d bytes".formatted(name, elements, elementSize);
        Fd fd = Bpf.open(Bpf.BPF_MAP_CREATE, attributes, "bpf(BPF_MAP_CREATE)", object);
        try {
            long bytes = (long) elementSize * elements;
            return new BpfArray(fd, KernelMapping.open(fd, bytes, object), bytes);
        } catch (KernelException | RuntimeException e) {
            fd.close();
            throw e;
        }
    }

    /** What makes a map with numbers as keys. */
    static ByteBuffer creation(int type, String name, int valueSize, int entries, int flags) {
        ByteBuffer attributes = NativeMemory.allocate(MAP_CREATE_SIZE)
                .putInt(MAP_TYPE, type)
                .putInt(KEY_SIZE, Integer.BYTES)
                .putInt(VALUE_SIZE, valueSize)
                .putInt(MAX_ENTRIES, entries)
                .putInt(MAP_FLAGS, flags);
        Bpf.putName(attributes, MAP_NAME, name);
        return attributes;
    }

    /** The descriptor by which a program names the array; belongs to this. */
    public int fd() {
        return fd.number();
    }

    /** The elements, one after the other; touching them after {@link #close} ends the process. */
    public ByteBuffer memory() {
        return mapping.window(0, (int) bytes);
    }

    /** Programs that use it keep it in the kernel until they are gone. */
    @Override
    public void close() {
        mapping.close();
        fd.close();
    }
}
