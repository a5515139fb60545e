// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A network namespace held open. While this handle or any socket born in the namespace is open the namespace lives on,
 * even when its last process has ended: close it as soon as its processes are gone.
 */
public final class NetNs implements AutoCloseable {

    // #define CLONE_NEWNET 0x40000000   linux/sched.h
    private static final int CLONE_NEWNET = 0x40000000;

    private final Fd fd;
    private final NetNsId id;
    private final String name;

    private NetNs(Fd fd, NetNsId id, String name) {
        this.fd = fd;
        this.id = id;
        this.name = name;
    }

    /**
     * @param path a namespace file such as {@code /proc/7/ns/net}
     * @throws KernelException ENOENT or ESRCH when the process has ended, EACCES without CAP_SYS_PTRACE
     */
    public static NetNs open(Path path) throws IOException {
        return of(Fd.openForReading(path), path.toString());
    }

    /** The namespace of the process {@code pid} as {@code proc} numbers it. */
    public static NetNs open(Path proc, int pid) throws IOException {
        return open(proc.resolve(pid + "/ns/net"));
    }

    /** A second handle with an owner of its own. */
    public NetNs openDuplicate() throws KernelException {
        return new NetNs(fd.openDuplicate(), id, name);
    }

    private static NetNs of(Fd fd, String name) throws IOException {
        try {
            // Asked of the open file: the process behind the path may be another one by now.
            return new NetNs(fd, NetNsId.of(Path.of("/proc/self/fd/" + fd.number())), name);
        } catch (IOException | RuntimeException e) {
            fd.close();
            throw e;
        }
    }

    public NetNsId id() {
        return id;
    }

    /** What the caller does in the namespace. */
    @FunctionalInterface
    public interface Visit<T, X extends Exception> {
        T run() throws X, KernelException;
    }

    /**
     * Runs {@code visit} on a fresh platform thread that has entered this namespace and ends afterwards, so that no other
     * thread ever finds itself there. Sockets opened by the visit stay in the namespace and may be used from any thread.
     * The visit must start no thread and no process: they would inherit the namespace.
     *
     * @throws X what the visit threw
     * @throws KernelException when the namespace cannot be entered: EPERM without CAP_SYS_ADMIN
     * @throws InterruptedException when this thread was interrupted while it waited. The visit itself goes on, since a
     *     thread inside the kernel cannot be called back; if it yields something closeable, that is closed.
     */
    public <T, X extends Exception> T visit(Visit<T, X> visit) throws X, KernelException, InterruptedException {
        NetNsVisitor<T, X> visitor = new NetNsVisitor<>(this, visit);
        Thread thread = new Thread(null, visitor, "netns-" + id.inode(), 0, false);
        thread.setDaemon(true);
        thread.start();
        return visitor.await();
    }

    /** Moves the calling thread into this namespace, for good. */
    void enter() throws KernelException {
        LibC.checked(LibC.CALLS.setns(fd.number(), CLONE_NEWNET), "setns", name);
    }

    @Override
    public void close() {
        fd.close();
    }

    @Override
    public String toString() {
        return name + " " + id;
    }
}
