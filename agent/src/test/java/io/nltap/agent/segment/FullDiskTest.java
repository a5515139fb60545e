// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.netlink.pcapng.CaptureReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is really full: what it took stays readable, and every frame that it did not take is counted. */
class FullDiskTest {
    private static final int FRAMES = 6000; // about 6 MB

    @TempDir
    Path directory;

    @TempDir
    Path outcome;

    /** {@code RLIMIT_FSIZE}: write(2) takes a part, and then says EFBIG. Needs no privilege. */
    @Test
    void keepsWhatFitsBelowAFileSizeLimit() throws Exception {
        int limit = 2_500_001; // in the middle of a block

        Properties told = run(List.of("prlimit", "--fsize=" + limit + ":" + limit), "");

        verify(told, limit);
    }

    /** A small tmpfs: write(2) takes a part, and then says ENOSPC. Needs to be root, or user namespaces. */
    @Test
    void keepsWhatFitsOnASmallFileSystem() throws Exception {
        int size = 2 << 20;
        String root = Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid")) ? "" : "r";

        Properties told = run(
                List.of("unshare", "-m" + root, "sh", "-c", "\"$0\" \"$@\""),
                "mount -t tmpfs -o size=" + size + " small " + directory + " && exec ");

        verify(told, size);
    }

    private void verify(Properties told, long limit) throws IOException {
        assertThat(told.getProperty("reason")).isEqualTo("DISK_FULL");
        assertThat(told.getProperty("message")).contains("0.pcapng.part").contains("free space");
        long frames = Long.parseLong(told.getProperty("frames"));
        long lost = Long.parseLong(told.getProperty("lost"));
        assertThat(frames + lost).isEqualTo(FRAMES);
        byte[] file = Files.readAllBytes(outcome.resolve("0.pcapng"));
        assertThat(file.length).isGreaterThan((int) limit - 8192).isLessThanOrEqualTo((int) limit);
        CaptureReader reader = CaptureReader.of(ByteBuffer.wrap(file));
        long read = 0;
        while (reader.next().isPresent()) {
            read++;
        }
        assertThat(reader.problems()).isEmpty();
        assertThat(read).isEqualTo(frames);
        assertThat(Long.parseLong(told.getProperty("messages"))).isEqualTo(2 * frames);
        assertThat(told.getProperty("closed"))
                .contains("frames=" + frames, "bytes=" + file.length)
                .contains("lastTimeNanos=" + (frames - 1));
        assertThat(outcome.resolve("0.pcapng.part")).doesNotExist();
    }

    private Properties run(List<String> prefix, String shell) throws IOException, InterruptedException {
        List<String> java = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                FullDiskProbe.class.getName(),
                directory.toString(),
                outcome.toString(),
                Integer.toString(FRAMES));
        List<String> command = new ArrayList<>(prefix);
        if (!shell.isEmpty()) {
            command.set(command.size() - 1, shell + command.get(command.size() - 1));
        }
        command.addAll(java);
        Path log = outcome.resolve("log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS))
                    .as("ends in time")
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue())
                .as(command + ": " + Files.readString(log))
                .isZero();
        Properties told = new Properties();
        try (InputStream in = Files.newInputStream(outcome.resolve("outcome.properties"))) {
            told.load(in);
        }
        return told;
    }
}
