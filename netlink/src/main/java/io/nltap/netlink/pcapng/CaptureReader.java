// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.pcapng;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * Reads the netlink packets of a capture file: pcapng or classic pcap, either byte order, any timestamp resolution.
 * Never throws, whatever the bytes: what is wrong is a {@link CaptureProblem}.
 */
public sealed interface CaptureReader permits PcapngReader, PcapReader, NoCapture {

    /** Bytes that any capture file with a packet in it has, at least. */
    int FIRST_WINDOW = 64;

    /** @param file its remaining bytes are the file; is not changed, and must not be while it is read */
    static CaptureReader of(ByteBuffer file) {
        return of(Window.whole(file.slice()));
    }

    /** @param file in windows: of any size, and never more of it in memory than a window */
    static CaptureReader of(CaptureBytes file) {
        return of(Window.first(file, FIRST_WINDOW));
    }

    private static CaptureReader of(Window window) {
        if (PcapngReader.recognises(window.bytes())) {
            return new PcapngReader(window);
        }
        return PcapReader.open(window)
                .orElseGet(() -> new NoCapture(window.bytes().limit()));
    }

    /** The next packet of link type 253. Empty at the end, and where the file cannot be read any further. */
    Optional<CapturedPacket> next();

    /** The interfaces met so far, of all link types. */
    List<CaptureInterface> interfaces();

    /** The latest statistics of each interface met so far; {@code interfaceId} is {@link CaptureInterface#index}. */
    List<InterfaceStatistics> statistics();

    /** What was wrong so far: the first {@value Problems#MAX}. */
    List<CaptureProblem> problems();

    /** Packets met so far that are no netlink, or have no time. */
    long skipped();

    /** The file is whole up to this byte, counting what was read so far. */
    long wholeLength();
}
