// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.pcapng;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.nltap.netlink.decode.CaptureLines;
import java.nio.ByteBuffer;
import java.util.List;

/** Any bytes at all as a capture file. JAZZER_FUZZ=1 looks for new ones; otherwise those of the corpus are tried. */
class CaptureReaderFuzzTest {

    @FuzzTest(maxDuration = "5m")
    void neverThrowsAndAlwaysEnds(byte[] bytes) {
        ByteBuffer file = ByteBuffer.wrap(bytes);
        CaptureReader reader = CaptureReader.of(file);
        long last = 0;
        List<CapturedPacket> packets = CaptureFile.packets(reader);
        for (CapturedPacket packet : packets) {
            assertThat(packet.originalLength())
                    .isGreaterThanOrEqualTo(packet.datagram().remaining());
            last += packet.datagram().remaining() + CookedHeader.LENGTH;
        }
        assertThat(last).as("bytes of packets").isLessThanOrEqualTo(bytes.length);
        assertThat(reader.wholeLength()).isBetween(0L, (long) bytes.length);
        assertThat(reader.problems()).hasSizeLessThanOrEqualTo(Problems.MAX);
        assertThat(file.position()).isZero();

        CaptureLines lines = new CaptureLines(file);
        int count = 0;
        while (lines.hasNext()) {
            assertThat(lines.next()).isNotEmpty();
            count++;
        }
        assertThat(count).isGreaterThanOrEqualTo(packets.size());
    }

    /** What the repair of a segment rests on: a file that is cut where it stops being whole is whole. */
    @FuzzTest(maxDuration = "5m")
    void aFileCutToItsWholeLengthIsWhole(byte[] bytes) {
        CaptureReader reader = CaptureReader.of(ByteBuffer.wrap(bytes));
        int packets = CaptureFile.packets(reader).size();
        long whole = reader.wholeLength();
        if (whole == 0) {
            return;
        }

        CaptureReader cut = CaptureReader.of(ByteBuffer.wrap(bytes, 0, (int) whole));

        assertThat(CaptureFile.packets(cut)).hasSize(packets);
        assertThat(cut.wholeLength()).isEqualTo(whole);
        assertThat(cut.problems())
                .extracting(CaptureProblem::reason)
                .doesNotContain(CaptureProblem.Reason.CUT_OFF, CaptureProblem.Reason.BAD_LENGTH);
    }
}
