// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** Memory for arguments of system calls: outside the heap, in the machine's byte order. */
final class NativeMemory {

    private NativeMemory() {}

    static ByteBuffer allocate(int size) {
        return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
    }

    /** A copy of {@code bytes}. */
    static ByteBuffer of(byte[] bytes) {
        return allocate(bytes.length).put(0, bytes);
    }

    /** Where a buffer of this class begins; good as long as that is reachable. */
    static long address(ByteBuffer buffer) {
        return Pointer.wrap(Runtime.getSystemRuntime(), buffer).address();
    }

    static ByteBuffer ofInt(int value) {
        return allocate(Integer.BYTES).putInt(0, value);
    }
}
