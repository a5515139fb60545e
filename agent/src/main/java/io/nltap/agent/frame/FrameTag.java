// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.frame;

/**
 * What the kernel knew of one datagram in the moment in which it passed the tap. One object is filled anew for each frame,
 * on the thread that drains the source.
 */
public final class FrameTag {

    /** No process is known; the kernel never gives this id to one. */
    public static final int NO_PROCESS = 0;

    /** No cgroup is known. */
    public static final long NO_CGROUP = 0;

    private Direction direction = Direction.UNKNOWN;
    private long portId;
    private int group;
    private int processId;
    private int threadId;
    private long cgroupId;
    private long monotonicNanos;

    /**
     * @param portId of the sending socket, 0 to 4294967295; 0 is the kernel
     * @param group multicast group it was sent to, 0 for unicast
     * @param processId of the task that was running, in the first PID namespace; {@link #NO_PROCESS} when not known
     * @param threadId of that task, likewise
     * @param cgroupId of that task: the inode of its directory in the cgroup v2 hierarchy; {@link #NO_CGROUP} when not
     *     known
     * @param monotonicNanos {@code CLOCK_MONOTONIC}
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
}
