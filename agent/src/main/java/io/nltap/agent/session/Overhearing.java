// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.agent.analysis.OverheardSink;
import io.nltap.agent.frame.Attribution;
import io.nltap.agent.frame.Frame;
import io.nltap.agent.segment.FrameOptions;
import io.nltap.netlink.pcapng.CaptureInterface;
import io.nltap.netlink.pcapng.CapturedPacket;
import io.nltap.netlink.pcapng.InterfaceDescription;
import io.nltap.netlink.pcapng.PacketDirection;
import java.nio.ByteBuffer;

/** Takes notifications of one namespace that nobody heard but this process. Used by the thread that reads the tap. */
@FunctionalInterface
interface Overhearing {

    Overhearing NOBODY = (frame, attribution, group, after) -> {};

    /**
     * @param group multicast group
     * @param after how many frames have been written before it
     */
    void accept(Frame frame, Attribution attribution, int group, long after);

    /**
     * Copies them, as a file would hold them.
     *
     * @param place name of the files' interface for the namespace
     */
    static Overhearing of(String place, OverheardSink sink) {
        CaptureInterface from = new CaptureInterface(0, place, "", InterfaceDescription.LINKTYPE_NETLINK);
        return (frame, attribution, group, after) -> {
            int length = frame.capturedLength();
            if (!sink.hasRoom(length)) {
                return;
            }
            ByteBuffer copy = ByteBuffer.allocate(length)
                    .put(0, frame.buffer(), frame.offset(), length)
                    .order(frame.buffer().order());
            CapturedPacket packet = new CapturedPacket(
                    from,
                    frame.timestampNanos(),
                    frame.packetType(),
                    frame.protocol(),
                    frame.originalLength(),
                    copy,
                    PacketDirection.INBOUND,
                    FrameOptions.comment(attribution, group));
            sink.overhear(packet, after);
        };
    }
}
