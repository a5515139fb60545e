// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.pcapng;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.nltap.netlink.decode.CaptureLines;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Any bytes at all as a capture file. JAZZER_FUZZ=1 looks for new ones; otherwise those of the corpus are tried. No
 * AssertJ here: it would take most of the time.
 */
class CaptureReaderFuzzTest {

    @FuzzTest(maxDuration = "5m")
    void neverThrowsAndAlwaysEnds(byte[] bytes) {
        ByteBuffer file = ByteBuffer.wrap(bytes);
        CaptureReader reader = CaptureReader.of(file);
        List<CapturedPacket> packets = CaptureFile.packets(reader);
        long captured = 0;
        for (CapturedPacket packet : packets) {
            int length = packet.datagram().remaining();
            check(packet.originalLength() >= length, "a packet was longer than what was captured of it");
            captured += length + CookedHeader.LENGTH;
        }
        check(captured <= bytes.length, "packets do not overlap");
        check(reader.wholeLength() >= 0 && reader.wholeLength() <= bytes.length, "the whole part is a part");
        check(reader.problems().size() <= Problems.MAX, "problems are bounded");
        check(file.position() == 0 && file.limit() == bytes.length, "the buffer is as it was");

        CaptureLines lines = new CaptureLines(file);
        int count = 0;
        while (lines.hasNext()) {
            check(!lines.next().isEmpty(), "a line says something");
            count++;
        }
        check(count >= packets.size(), "each packet has a line");
    }

    /** What the repair of a segment rests on: a file that is cut where it stops being whole is whole. */
    @FuzzTest(maxDuration = "5m")
    void aFileCutToItsWholeLengthIsWhole(byte[] bytes) {
        CaptureReader reader = CaptureReader.of(ByteBuffer.wrap(bytes));
        int packets = CaptureFile.packets(reader).size();
        int whole = (int) reader.wholeLength();
        if (whole == 0) {
            return;
        }

        CaptureReader cut = CaptureReader.of(ByteBuffer.wrap(bytes, 0, whole));

        check(CaptureFile.packets(cut).size() == packets, "no packet is lost");
        check(cut.wholeLength() == whole, "nothing more is cut");
        check(
                cut.problems().stream()
                        .noneMatch(each -> each.reason() == CaptureProblem.Reason.CUT_OFF
                                || each.reason() == CaptureProblem.Reason.BAD_LENGTH),
                "each block follows the one before");
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError("does not hold: " + what);
        }
    }
}
