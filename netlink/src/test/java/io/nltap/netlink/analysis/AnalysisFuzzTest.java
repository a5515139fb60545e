// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.nltap.netlink.pcapng.CaptureReader;
import io.nltap.netlink.pcapng.CapturedPacket;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Any bytes at all as a capture to analyse. JAZZER_FUZZ=1 looks for new ones; otherwise those of the corpus are tried. */
class AnalysisFuzzTest {

    @FuzzTest(maxDuration = "5m")
    void neverThrowsAndCountsEachDatagram(byte[] bytes) {
        Analysis analysis = new Analysis(Settings.USUAL, change -> {});
        CaptureReader reader = CaptureReader.of(ByteBuffer.wrap(bytes));
        long datagrams = 0;
        for (Optional<CapturedPacket> packet = reader.next(); packet.isPresent(); packet = reader.next()) {
            analysis.accept(packet.get());
            datagrams++;
        }

        Summary summary = analysis.summary();

        Totals totals = summary.totals();
        if (totals.datagrams() != datagrams
                || totals.requests() != totals.answered() + totals.unowed() + totals.unanswered()) {
            throw new AssertionError("does not add up: " + totals);
        }
    }
}
