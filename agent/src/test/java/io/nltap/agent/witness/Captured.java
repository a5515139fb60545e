// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.witness;

import java.util.OptionalInt;

/**
 * One datagram of a capture file.
 *
 * @param timeNanos since the epoch
 * @param length of the datagram; more than there are {@code bytes} when it was cut
 * @param direction as the file tells it
 * @param pid of its author in the first PID namespace, 0 for the kernel; empty when the file says that nobody knows
 * @param comm of the author; empty when the file does not say
 * @param pod {@code namespace/name}; empty when the file does not say
 * @param group multicast group, 0 for unicast
 */
public record Captured(
        long timeNanos,
        int protocol,
        long length,
        byte[] bytes,
        Direction direction,
        OptionalInt pid,
        String comm,
        String pod,
        String container,
        String confidence,
        int group) {

    /** As the file tells it. */
    public enum Direction {
        TO_KERNEL,
        TO_USER,
        UNKNOWN;

        boolean agrees(Witnessed.Way way) {
            return this == UNKNOWN || (this == TO_KERNEL) == (way == Witnessed.Way.SENT);
        }
    }

    static final int KERNEL = 0;

    boolean isKernels() {
        return pid.isPresent() && pid.getAsInt() == KERNEL;
    }

    public boolean isOf(int process) {
        return pid.isPresent() && pid.getAsInt() == process;
    }

    @Override
    public String toString() {
        return "pid=%s comm=%s pod=%s container=%s confidence=%s, %s, group %d, %d bytes of protocol %d at %d.%06d: %s"
                .formatted(
                        pid.isPresent() ? Integer.toString(pid.getAsInt()) : "-",
                        comm,
                        pod,
                        container,
                        confidence,
                        direction,
                        group,
                        length,
                        protocol,
                        timeNanos / 1_000_000_000,
                        timeNanos % 1_000_000_000 / 1000,
                        Datagrams.beginning(bytes));
    }
}
