// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** A file descriptor and its one owner. Closing is idempotent; what is closed cannot be used by mistake. */
public final class Fd implements AutoCloseable {

    // asm-generic/fcntl.h
    private static final int O_RDONLY = 0;
    private static final int O_CLOEXEC = 02000000;
    private static final int F_DUPFD_CLOEXEC = 1030;

    private static final int CLOSED = -1;

    private final AtomicInteger number;

    private Fd(int number) {
        this.number = new AtomicInteger(number);
    }

    /** Takes over what a call returned, or throws what it failed with. */
    static Fd of(long result, String call, Object object) throws KernelException {
        return new Fd((int) LibC.checked(result, call, object));
    }

    public static Fd openForReading(Path path) throws KernelException {
        return of(LibC.CALLS.open(path.toString(), O_RDONLY | O_CLOEXEC, 0), "open", path);
    }

    /** A second descriptor of the same open file, with an owner of its own. */
    public Fd openDuplicate() throws KernelException {
        return of(LibC.CALLS.fcntl(number(), F_DUPFD_CLOEXEC, 0), "fcntl(F_DUPFD_CLOEXEC)", this);
    }

    public int number() {
        int current = number.get();
        if (current == CLOSED) {
            throw new IllegalStateException("this descriptor has been closed");
        }
        return current;
    }

    @Override
    public void close() {
        int current = number.getAndSet(CLOSED);
        if (current != CLOSED) {
            // Linux frees the number whatever close(2) returns, so there is nothing to try again.
            LibC.CALLS.close(current);
        }
    }

    @Override
    public String toString() {
        return "fd " + number.get();
    }
}
