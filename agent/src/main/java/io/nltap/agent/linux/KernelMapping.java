// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import com.kenai.jffi.MemoryIO;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jnr.ffi.Pointer;

/**
 * Memory shared with the kernel by mmap(2). Buffers handed out point straight into it: touching one after {@link #close}
 * ends the process, so whoever owns the mapping must own its readers too.
 */
public final class KernelMapping implements AutoCloseable {

    // asm-generic/mman-common.h
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int MAP_SHARED = 1;
    private static final long MAP_FAILED = -1;

    private final Pointer address;
    private final long length;
    private boolean open = true;

    private KernelMapping(Pointer address, long length) {
        this.address = address;
        this.length = length;
    }

    /**
     * Maps the first {@code length} bytes of what {@code fd} offers, for reading and writing.
     *
     * @param object what is mapped, for the error message
     */
    public static KernelMapping open(Fd fd, long length, String object) throws KernelException {
        Pointer address = LibC.CALLS.mmap(null, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd.number(), 0);
        if (address == null || address.address() == MAP_FAILED) {
            throw new KernelException("mmap", object, LibC.errno());
        }
        return new KernelMapping(address, length);
    }

    /** A window of at most 2 GiB, in the machine's byte order. */
    public synchronized ByteBuffer window(long offset, int size) {
        if (!open) {
            throw new IllegalStateException("this mapping has been closed");
        }
        if (offset < 0 || size < 0 || offset > length - size) {
            throw new IndexOutOfBoundsException(offset + "+" + size + " of " + length);
        }
        return MemoryIO.getInstance()
                .newDirectByteBuffer(address.address() + offset, size)
                .order(ByteOrder.nativeOrder());
    }

    @Override
    public synchronized void close() {
        if (open) {
            open = false;
            LibC.CALLS.munmap(address, length);
        }
    }
}
