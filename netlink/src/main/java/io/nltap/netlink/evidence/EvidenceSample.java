// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.evidence;

import java.util.List;
import java.util.OptionalLong;

/**
 * What was seen of one network namespace at one moment.
 *
 * @param timeNanos since the epoch, by the clock that stamps the packets: just before the sockets were read. Holders and
 *     threads were looked at after that, on a busy machine seconds later
 * @param netns name of the capture file's interface for the namespace
 * @param netnsInode inode of the namespace, as {@link TaskState#netnsInode} has it; empty when it is not known
 * @param sockets rows of {@code /proc/PID/net/netlink}, those of the kernel among them; bounded
 * @param holders which processes have which of these sockets open; only of processes that were looked at
 * @param tasks threads of whoever has a request open, and whoever may be in the way; of any namespace
 * @param tap how the capture itself fared until then
 * @param omitted rows, holders and threads for which there was no room here, or no time to look at them
 */
public record EvidenceSample(
        long timeNanos,
        String netns,
        OptionalLong netnsInode,
        List<SocketRow> sockets,
        List<SocketHolder> holders,
        List<TaskState> tasks,
        TapHealth tap,
        int omitted) {

    public EvidenceSample {
        sockets = List.copyOf(sockets);
        holders = List.copyOf(holders);
        tasks = List.copyOf(tasks);
    }
}
