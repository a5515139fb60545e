// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.analysis;

import io.nltap.netlink.pcapng.CapturedPacket;
import java.util.Set;

/** Takes notifications that only exist because nltap listens, and are in no file. For any thread; does not wait. */
public interface OverheardSink {

    /** Whether there is room for one of so many bytes; counts it as missed where there is not. */
    boolean hasRoom(int bytes);

    /**
     * @param packet is the receiver's from then on
     * @param after how many packets have been put into the files before it
     */
    void overhear(CapturedPacket packet, long after);

    /** So many more were missed before they came here. */
    void miss(long notifications);

    /**
     * Which devices of a namespace are nltap's, so that nothing is told of them.
     *
     * @param place name of the files' interface for the namespace
     * @param indexes interface indexes
     */
    void knowDevices(String place, Set<Integer> indexes);
}
