// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.nio.ByteBuffer;
import java.time.Duration;

/** A descriptor that becomes readable at a steady pace: a clock for those who wait with poll(2). */
public final class Ticker implements AutoCloseable {

    // linux/timerfd.h, linux/time.h
    private static final int CLOCK_MONOTONIC = 1;
    private static final int TFD_CLOEXEC = 02000000;
    private static final int TFD_NONBLOCK = 04000;

    // struct itimerspec { struct timespec it_interval, it_value; }; timespec is two longs   linux/time.h
    private static final int ITIMERSPEC_SIZE = 32;

    private final Fd fd;
    private final ByteBuffer expirations = NativeMemory.allocate(Long.BYTES);

    // struct pollfd { int fd; short events; short revents; };   asm-generic/poll.h
    private final ByteBuffer pollfd = NativeMemory.allocate(8).putShort(4, (short) 1);

    private Ticker(Fd fd) {
        this.fd = fd;
    }

    public static Ticker open(Duration interval) throws KernelException {
        Fd fd = Fd.of(LibC.CALLS.timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK), "timerfd_create", "");
        ByteBuffer spec = NativeMemory.allocate(ITIMERSPEC_SIZE)
                .putLong(0, interval.toSeconds())
                .putLong(8, interval.toNanosPart())
                .putLong(16, interval.toSeconds())
                .putLong(24, interval.toNanosPart());
        try {
            LibC.checked(LibC.CALLS.timerfd_settime(fd.number(), 0, spec, null), "timerfd_settime", interval);
            return new Ticker(fd);
        } catch (KernelException e) {
            fd.close();
            throw e;
        }
    }

    public int fd() {
        return fd.number();
    }

    /** Waits for the next tick. */
    public void await() throws KernelException {
        pollfd.putInt(0, fd.number());
        if (LibC.CALLS.poll(pollfd, 1, -1) < 0 && LibC.errno() != Errno.EINTR.number()) {
            throw new KernelException("poll", "timerfd", LibC.errno());
        }
        clear();
    }

    /** Makes the descriptor unreadable until the next tick. */
    public void clear() {
        LibC.CALLS.read(fd.number(), expirations, Long.BYTES);
    }

    @Override
    public void close() {
        fd.close();
    }
}
