// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescriptorScansTest {
    private static final int PID = 700;

    @TempDir
    Path proc;

    private long now = 100;

    @Test
    void readsAProcessOnceForAllThatWasSaidBefore() throws IOException {
        DescriptorScans read = new DescriptorScans(proc, () -> now);
        hold("3", 77);
        assertThat(read.of(PID, 90)).containsExactly(77L);
        hold("4", 78);

        assertThat(read.of(PID, 99)).containsExactly(77L);
        assertThat(read.holders(77, 99)).containsExactly(PID);
        assertThat(read.holders(78, 99)).isEmpty();
        assertThat(read.descriptor(PID, 77, 99)).hasValue(3);
        assertThat(read.descriptor(PID, 78, 99)).isEmpty();
        now = 200;
        assertThat(read.of(PID, 150)).containsExactlyInAnyOrder(77L, 78L);
        assertThat(read.holders(78, 150)).containsExactly(PID);
    }

    @Test
    void asksWhoeverHadASocketForThatAlone() throws IOException {
        DescriptorScans read = new DescriptorScans(proc, () -> now);
        hold("3", 77);
        hold("4", 78);
        read.of(PID, 90);
        Path descriptors = proc.resolve(PID + "/fd");
        Files.delete(descriptors.resolve("4"));
        hold("4", 79);

        assertThat(read.holders(77, 1000)).containsExactly(PID);
        assertThat(read.holders(78, 1000)).isEmpty(); // another socket by the same descriptor
        assertThat(read.holders(79, 1000)).isEmpty(); // never seen
        hold("5", 80);
        now = 200;
        assertThat(read.descriptor(PID, 77, 150)).hasValue(3);
        assertThat(read.holders(80, 150)).isEmpty(); // so far nothing else had to be read
        assertThat(read.descriptor(PID, 78, 150)).isEmpty();
        assertThat(read.holders(80, 150)).containsExactly(PID);
        Files.delete(descriptors.resolve("3"));
        assertThat(read.holders(77, 1000)).isEmpty();
    }

    /** With hundreds of them to read all for each new one would take long. */
    @Test
    void looksForNewOnesBehindTheLastBeforeItReadsAll() throws IOException {
        DescriptorScans read = new DescriptorScans(proc, () -> now);
        hold("3", 77);
        read.of(PID, 90);
        hold("4", 78);
        hold("5", 79);
        Files.delete(proc.resolve(PID + "/fd").resolve("3"));
        hold("3", 80); // not behind the last one
        now = 200;

        assertThat(read.descriptor(PID, 79, 150)).hasValue(5);
        assertThat(read.descriptor(PID, 78, 150)).hasValue(4);
        assertThat(read.holders(80, 150)).isEmpty(); // so far not all had to be read
        assertThat(read.descriptor(PID, 80, 150)).hasValue(3);
        assertThat(read.holders(80, 150)).containsExactly(PID);
    }

    @Test
    void findsNothingOfOneThatHasEnded() {
        assertThat(new DescriptorScans(proc, () -> now).of(PID, 0)).isEmpty();
    }

    private void hold(String descriptor, long inode) throws IOException {
        Path fd = Files.createDirectories(proc.resolve(Integer.toString(PID)).resolve("fd"));
        Files.createSymbolicLink(fd.resolve(descriptor), Path.of("socket:[" + inode + "]"));
    }
}
