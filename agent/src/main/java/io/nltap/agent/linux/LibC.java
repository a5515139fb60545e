// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.nio.ByteBuffer;
import jnr.ffi.LastError;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.jspecify.annotations.Nullable;

/**
 * The C library, one method per call. Buffers are direct; a call sees them from their position on.
 *
 * <p>No method may have six parameters that are all primitive: on x86-64 jnr-ffi hands such a call a wrong sixth
 * argument. One {@link Pointer} among the parameters, or a seventh parameter, avoids the faulty path.
 *
 * <p>Public only because the class that jnr-ffi makes of it lives in another class loader.
 */
public interface LibC {

    // int open(const char *path, int oflag, ...)
    int open(String path, int flags, int mode);

    // int close(int fd)
    int close(int fd);

    // ssize_t read(int fd, void *buf, size_t n)
    long read(int fd, ByteBuffer buffer, long length);

    // ssize_t write(int fd, const void *buf, size_t n)
    long write(int fd, ByteBuffer buffer, long length);

    // int fcntl(int fd, int cmd, ...)
    int fcntl(int fd, int command, int argument);

    // int socket(int domain, int type, int protocol)
    int socket(int domain, int type, int protocol);

    // int bind(int fd, const struct sockaddr *addr, socklen_t len)
    int bind(int fd, ByteBuffer address, int length);

    // int getsockname(int fd, struct sockaddr *addr, socklen_t *len)
    int getsockname(int fd, ByteBuffer address, ByteBuffer length);

    // int setsockopt(int fd, int level, int optname, const void *optval, socklen_t optlen)
    int setsockopt(int fd, int level, int name, ByteBuffer value, int length);

    // int getsockopt(int fd, int level, int optname, void *optval, socklen_t *optlen)
    int getsockopt(int fd, int level, int name, ByteBuffer value, ByteBuffer length);

    // ssize_t send(int fd, const void *buf, size_t n, int flags)
    long send(int fd, ByteBuffer buffer, long length, int flags);

    // ssize_t recv(int fd, void *buf, size_t n, int flags)
    long recv(int fd, ByteBuffer buffer, long length, int flags);

    // int poll(struct pollfd *fds, nfds_t nfds, int timeout)
    int poll(ByteBuffer descriptors, long count, int timeoutMillis);

    // int setns(int fd, int nstype)
    int setns(int fd, int type);

    // int getpriority(int which, id_t who)
    int getpriority(int which, int who);

    // int setpriority(int which, id_t who, int prio)
    int setpriority(int which, int who, int priority);

    // int eventfd(unsigned int count, int flags)
    int eventfd(int count, int flags);

    // int timerfd_create(clockid_t clock_id, int flags)
    int timerfd_create(int clock, int flags);

    // int timerfd_settime(int ufd, int flags, const struct itimerspec *utmr, struct itimerspec *otmr)
    int timerfd_settime(int fd, int flags, ByteBuffer interval, @Nullable Pointer previous);

    // void *mmap(void *addr, size_t len, int prot, int flags, int fd, off_t offset)
    Pointer mmap(@Nullable Pointer address, long length, int protection, int flags, int fd, long offset);

    // int munmap(void *addr, size_t len)
    int munmap(Pointer address, long length);

    // long syscall(long number, ...): init_module(void *image, unsigned long len, const char *params)
    long syscall(long number, ByteBuffer image, long length, String parameters);

    // long syscall(long number, ...): finit_module(int fd, const char *params, int flags)
    long syscall(long number, int fd, String parameters, int flags);

    // long syscall(long number, ...): delete_module(const char *name, unsigned int flags)
    long syscall(long number, String name, int flags);

    // long syscall(long number, ...): pidfd_open(pid_t pid, unsigned int flags)
    long syscall(long number, int pid, int flags);

    // long syscall(long number, ...): pidfd_getfd(int pidfd, int targetfd, unsigned int flags)
    long syscall(long number, int process, int target, int flags);

    // long syscall(long number, ...): bpf(int cmd, union bpf_attr *attr, unsigned int size)
    long syscall(long number, int command, ByteBuffer attributes, int size);

    /** The one binding of this JVM. */
    LibC CALLS = LibraryLoader.create(LibC.class).load("c");

    /** Gives back what a call returned, or throws what it failed with; must be called first thing after the call. */
    static long checked(long result, String call, Object object) throws KernelException {
        if (result < 0) {
            throw new KernelException(call, object.toString(), errno());
        }
        return result;
    }

    /** {@code errno} of this thread's last call through jnr-ffi. */
    static int errno() {
        return LastError.getLastError(Runtime.getSystemRuntime());
    }
}
