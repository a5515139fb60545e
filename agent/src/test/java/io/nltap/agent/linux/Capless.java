// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import io.nltap.agent.linux.NetNs.Visit;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.FutureTask;
import jnr.ffi.LibraryLoader;

/** Runs something on a thread that has given up capabilities, as have the threads it starts; all others keep theirs. */
public final class Capless {

    // #define _LINUX_CAPABILITY_VERSION_3 0x20080522   linux/capability.h
    private static final int VERSION_3 = 0x20080522;

    /** A call that only this test needs. */
    public interface CapLibC {
        // int capset(cap_user_header_t hdrp, const cap_user_data_t datap)
        int capset(ByteBuffer header, ByteBuffer data);
    }

    private static final CapLibC CALLS = LibraryLoader.create(CapLibC.class).load("c");

    private Capless() {}

    public static <T> T without(List<Capability> dropped, Visit<T, Exception> body) throws Exception {
        FutureTask<T> task = new FutureTask<>(() -> {
            drop(dropped);
            return body.run();
        });
        Thread thread = new Thread(task, "capless");
        thread.start();
        thread.join();
        try {
            return task.get();
        } catch (java.util.concurrent.ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }

    private static void drop(List<Capability> dropped) throws Exception {
        long kept = Capabilities.ofSelf().effective();
        for (Capability capability : dropped) {
            kept &= ~(1L << capability.bit());
        }
        // struct __user_cap_header_struct { __u32 version; int pid; };
        ByteBuffer header = NativeMemory.allocate(8).putInt(0, VERSION_3);
        // struct __user_cap_data_struct { __u32 effective, permitted, inheritable; } [2];
        ByteBuffer data = NativeMemory.allocate(24)
                .putInt(0, (int) kept)
                .putInt(4, (int) kept)
                .putInt(12, (int) (kept >>> 32))
                .putInt(16, (int) (kept >>> 32));
        LibC.checked(CALLS.capset(header, data), "capset", dropped);
    }
}
