// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.pcapng;

import java.util.List;
import java.util.Optional;

/** Bytes that are no capture file at all. */
record NoCapture(int fileLength) implements CaptureReader {

    @Override
    public Optional<CapturedPacket> next() {
        return Optional.empty();
    }

    @Override
    public List<CaptureInterface> interfaces() {
        return List.of();
    }

    @Override
    public List<InterfaceStatistics> statistics() {
        return List.of();
    }

    @Override
    public List<CaptureProblem> problems() {
        return List.of(new CaptureProblem(
                0,
                CaptureProblem.Reason.NOT_A_CAPTURE,
                "these %d bytes begin neither like a pcapng nor like a pcap file".formatted(fileLength)));
    }

    @Override
    public long skipped() {
        return 0;
    }

    @Override
    public long wholeLength() {
        return 0;
    }
}
