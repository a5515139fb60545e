// SPDX-License-Identifier: Apache-2.0
package io.nltap.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jnr.ffi.LibraryLoader;

/** The calls that the loads and the clocks need. */
final class LibC {

    /** Translations of sys/socket.h, net/if.h, time.h and sys/resource.h. */
    public interface Calls {
        int socket(int domain, int type, int protocol);

        int bind(int fd, ByteBuffer address, int length);

        long send(int fd, ByteBuffer data, long length, int flags);

        long recv(int fd, ByteBuffer data, long length, int flags);

        int sendmmsg(int fd, ByteBuffer messages, int count, int flags);

        int setsockopt(int fd, int level, int name, ByteBuffer value, int length);

        int if_nametoindex(String name);

        int clock_gettime(int clock, ByteBuffer time);

        int getrusage(int who, ByteBuffer usage);

        int close(int fd);
    }

    static final Calls CALLS = LibraryLoader.create(Calls.class).load("c");

    // #define CPUCLOCK_SCHED 2, and a process's clock is (~pid << 3) | CPUCLOCK_SCHED   linux/posix-timers.h
    private static final int CPUCLOCK_SCHED = 2;

    // linux/resource.h
    private static final int RUSAGE_CHILDREN = -1;
    private static final int RUSAGE_SIZE = 144;

    private LibC() {}

    static ByteBuffer memory(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    static int checked(int result, String what) throws IOException {
        if (result < 0) {
            throw new IOException(
                    what + ": errno " + jnr.ffi.Runtime.getSystemRuntime().getLastError());
        }
        return result;
    }

    static long checked(long result, String what) throws IOException {
        checked((int) Math.min(0, result), what);
        return result;
    }

    /** Processor time of all threads of a process, in nanoseconds; finer than the ticks of /proc. */
    static long processorNanos(long pid) throws IOException {
        return clock(((int) ~pid << 3) | CPUCLOCK_SCHED);
    }

    /** Processor time of all processes that were our children or theirs, and have ended, in nanoseconds. */
    static long endedChildrenNanos() throws IOException {
        ByteBuffer usage = endedChildren();
        // struct timeval ru_utime, ru_stime, each of two longs
        return (usage.getLong(0) + usage.getLong(16)) * 1_000_000_000L + (usage.getLong(8) + usage.getLong(24)) * 1000;
    }

    /** The most physical memory that any of them had at a time. */
    static long endedChildrenPeakBytes() throws IOException {
        return endedChildren().getLong(32) << 10; // ru_maxrss, in KiB
    }

    private static ByteBuffer endedChildren() throws IOException {
        ByteBuffer usage = memory(RUSAGE_SIZE);
        checked(CALLS.getrusage(RUSAGE_CHILDREN, usage), "getrusage RUSAGE_CHILDREN");
        return usage;
    }

    /** Of the calling thread. */
    static long threadNanos() throws IOException {
        return clock(3); // CLOCK_THREAD_CPUTIME_ID
    }

    private static long clock(int id) throws IOException {
        ByteBuffer time = memory(16); // struct timespec
        checked(CALLS.clock_gettime(id, time), "clock_gettime " + id);
        return time.getLong(0) * 1_000_000_000L + time.getLong(8);
    }
}
