// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Memory for arguments of system calls: outside the heap, in the machine's byte order. */
final class NativeMemory {

    private NativeMemory() {}

    static ByteBuffer allocate(int size) {
        return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
    }

    static ByteBuffer ofInt(int value) {
        return allocate(Integer.BYTES).putInt(0, value);
    }
}
