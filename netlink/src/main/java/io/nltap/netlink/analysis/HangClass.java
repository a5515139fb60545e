// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

/**
 * Why something hangs. A: the thread is inside the kernel, in a send. B: outside send and receive. C: it waits for an
 * answer, and the kernel is idle. D: the answer is there, and nobody reads it. E: it works in circles.
 */
public enum HangClass {
    A1("waits in the kernel for the rtnl lock, which somebody else holds"),
    A2("waits in the kernel for the rtnl lock, which somebody else holds, to begin a dump"),
    A3("waits in the kernel for a lock of this protocol, which somebody else holds"),
    A4("waits in the kernel for a kernel module to be loaded, which modprobe does not finish"),
    A5("the kernel is at work on this request itself, and does not finish"),
    A6("waits in the kernel to send to a process whose receive buffer is full"),
    A7("waits in the kernel for memory"),
    A8("is held up by the kernel because the audit backlog is full"),

    B1("waits in socket() for the module of a protocol, which modprobe does not finish"),
    B2("waits in bind() or for membership in a group"),
    B3("waits in close() for what the kernel still does with the socket"),
    B4("waits for the rtnl lock by another door than netlink: an ioctl, a new network namespace, a setting"),
    B5("reads sysfs again and again, because the rtnl lock is never free when it looks"),

    C1("listens, and nothing is wrong"),
    C2("waits for an answer that the kernel does not owe: no acknowledgement was asked for"),
    C3("waits for an answer to a request that the kernel discards without a word"),
    C4("waits for an answer that was lost, because the socket's receive buffer was full"),
    C5("waits for an answer that a filter on the socket has taken away"),
    C6("waits for the rest of a dump that the kernel has given up"),
    C7("waits for an answer that another reader of the same socket has taken"),
    C8("waits although the whole answer has been delivered"),
    C9("waits on a socket whose descriptor has been closed, and perhaps used again, by another thread"),
    C10("waits for the end of an answer that its own receive buffer was too small for"),
    C11("waits for a dump that the kernel has refused, because another one was under way on the socket"),
    C12("waits for a notification that cannot reach it"),
    C13("waits for another process to answer"),
    C14("the kernel waits for this process to give its verdict"),
    C15("asks again and again, each time until its patience ends"),

    D1("does not read the answer that lies ready for it"),
    D2("does not read the answer that lies ready for it, because it is stopped or frozen"),

    E1("dumps again and again, because what it dumps changes meanwhile"),
    E2("loses notifications and reads everything anew, again and again"),
    E3("sends its batch again and again, because the rules changed meanwhile"),
    E4("repeats a request again and again that the kernel refuses as busy"),
    E5("restarts a system call again and again");

    private final String sentence;

    HangClass(String sentence) {
        this.sentence = sentence;
    }

    /** What it does or what happens to it, without a subject. */
    public String sentence() {
        return sentence;
    }

    /** Whether somebody else holds a lock that is waited for. */
    public boolean isLockWait() {
        return this == A1 || this == A2 || this == A3 || this == B4 || this == B5;
    }
}
