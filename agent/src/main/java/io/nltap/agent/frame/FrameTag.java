// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.frame;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * What the kernel knew of one datagram in the moment in which it passed the tap. One object is filled anew for each frame,
 * on the thread that drains the source.
 */
public final class FrameTag {

    /** No process is known; the kernel never gives this id to one. */
    public static final int NO_PROCESS = 0;

    /** No cgroup is known. */
    public static final long NO_CGROUP = 0;

    // #define TASK_COMM_LEN 16   linux/sched.h
    private static final int COMM_SIZE = 16;

    private Direction direction = Direction.UNKNOWN;
    private long portId;
    private int group;
    private int processId;
    private int threadId;
    private long cgroupId;
    private long monotonicNanos;
    private long commFirst;
    private long commSecond;

    /**
     * @param portId of the sending socket, 0 to 4294967295; 0 is the kernel
     * @param group multicast group it was sent to, 0 for unicast
     * @param processId of the task that was running, in the first PID namespace; {@link #NO_PROCESS} when not known
     * @param threadId of that task, likewise
     * @param cgroupId of that task: the inode of its directory in the cgroup v2 hierarchy; {@link #NO_CGROUP} when not
     *     known
     * @param monotonicNanos {@code CLOCK_MONOTONIC}
     * @see #setComm to be called after this, which forgets the comm
     */
    public void set(
            Direction direction,
            long portId,
            int group,
            int processId,
            int threadId,
            long cgroupId,
            long monotonicNanos) {
        this.direction = direction;
        this.portId = portId;
        this.group = group;
        this.processId = processId;
        this.threadId = threadId;
        this.cgroupId = cgroupId;
        this.monotonicNanos = monotonicNanos;
        setComm(0, 0);
    }

    /**
     * @param first bytes 0 to 7 of the task's {@code comm}, the first in the least significant byte
     * @param second bytes 8 to 15 likewise; both 0 when it is not known
     */
    public void setComm(long first, long second) {
        this.commFirst = first;
        this.commSecond = second;
    }

    public Direction direction() {
        return direction;
    }

    public long portId() {
        return portId;
    }

    public int group() {
        return group;
    }

    /** Of the task that was running: the sender's of what goes to the kernel, which runs requests in their senders. */
    public int processId() {
        return processId;
    }

    public int threadId() {
        return threadId;
    }

    public long cgroupId() {
        return cgroupId;
    }

    public long monotonicNanos() {
        return monotonicNanos;
    }

    /** Two numbers that are the same for the same {@link #comm}, and both 0 when it is not known: make no object. */
    public long commFirst() {
        return commFirst;
    }

    public long commSecond() {
        return commSecond;
    }

    /**
     * Name of the task that was running (its thread's, where threads have names of their own), as in
     * {@code /proc/PID/task/TID/comm}: at most 15 bytes. Empty when it is not known. Makes a new string each time.
     */
    public String comm() {
        byte[] bytes = new byte[COMM_SIZE];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(commFirst).putLong(commSecond);
        int length = 0;
        while (length < COMM_SIZE && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
