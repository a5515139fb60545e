// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.io.IOException;

/** The kernel said no. The message names the call, its object and the error: {@code setns /proc/7/ns/net: EPERM (…)}. */
public final class KernelException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String call;
    private final String object;
    private final int errno;

    public KernelException(String call, String object, int errno) {
        this(call, object, errno, "");
    }

    /** @param detail what the kernel said beside the number (extended acknowledgement), or empty */
    public KernelException(String call, String object, int errno, String detail) {
        super((object.isEmpty() ? call : call + " " + object)
                + ": "
                + Errno.describe(errno)
                + (detail.isEmpty() ? "" : ": " + detail));
        this.call = call;
        this.object = object;
        this.errno = errno;
    }

    public String call() {
        return call;
    }

    public String object() {
        return object;
    }

    public int errno() {
        return errno;
    }

    public boolean is(Errno error) {
        return errno == error.number();
    }
}
