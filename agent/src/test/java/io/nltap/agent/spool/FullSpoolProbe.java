// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.spool;

import io.nltap.agent.frame.ClosedSegment;
import io.nltap.api.v1alpha1.Compression;
import io.nltap.api.v1alpha1.Segment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Properties;

/** Packs, uploads and finishes on a disk without a byte left. Arguments: the spool's root, directory for the outcome. */
final class FullSpoolProbe {
    private FullSpoolProbe() {}

    public static void main(String[] args) throws IOException {
        Path root = Path.of(args[0]);
        Properties outcome = new Properties();
        try (Spool spool = Spool.open(root, Long.MAX_VALUE, Clock.systemUTC())) {
            SpoolSession session = spool.begin(SpoolTest.order("full", Compression.ZSTD));
            ClosedSegment closed = SegmentFiles.write(session, 0, 5000);
            Path ballast = root.resolve("ballast");
            fill(ballast);

            Segment packed = session.pack(closed);
            outcome.setProperty("key", packed.key());
            outcome.setProperty("size", Long.toString(packed.size()));
            outcome.setProperty("closed", Long.toString(closed.bytes()));
            outcome.setProperty("packed", String.join(" ", SegmentFiles.names(session)));
            outcome.setProperty("held", Long.toString(session.heldBytes()));

            outcome.setProperty(
                    "stored", Boolean.toString(session.confirm(packed).stored()));
            outcome.setProperty("confirmed", String.join(" ", SegmentFiles.names(session)));
            session.finish();
            Files.delete(ballast);
            outcome.setProperty("left", Integer.toString(SpoolFiles.list(root).size()));

            outcome.setProperty("begin", begin(spool, ballast));
            Files.delete(ballast);
            outcome.setProperty(
                    "leftOfBegin", Integer.toString(SpoolFiles.list(root).size()));
        }
        try (var out = Files.newOutputStream(Path.of(args[1], "outcome.properties"))) {
            outcome.store(out, null);
        }
    }

    private static String begin(Spool spool, Path ballast) throws IOException {
        fill(ballast);
        try {
            spool.begin(SpoolTest.order("later", Compression.ZSTD));
            return "begun";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static void fill(Path file) throws IOException {
        byte[] page = new byte[4096];
        try (var out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
            while (true) {
                out.write(page);
            }
        } catch (IOException e) {
            if (Files.size(file) == 0) {
                throw e;
            } // else it is full now, as it should be
        }
    }
}
