// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * Runs a main class in a process for which the disk is small: neither a limit nor a mount may hit the tests around it. The
 * class gets the directory to write to and a directory for its outcome, where it leaves {@code outcome.properties}.
 */
public final class SmallDisk {
    private final List<String> prefix;

    private SmallDisk(List<String> prefix) {
        this.prefix = prefix;
    }

    /** {@code RLIMIT_FSIZE}: write(2) takes a part, and then says EFBIG. Needs no privilege. */
    public static SmallDisk fileSizeLimit(int bytes) {
        return new SmallDisk(List.of("prlimit", "--fsize=" + bytes + ":" + bytes));
    }

    /** A tmpfs: write(2) takes a part, and then says ENOSPC. Needs to be root, or user namespaces. */
    public static SmallDisk fileSystem(Path directory, int bytes) throws IOException {
        boolean isRoot = Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        return new SmallDisk(List.of(
                "unshare",
                isRoot ? "-m" : "-mr",
                "sh",
                "-c",
                "mount -t tmpfs -o size=" + bytes + " small " + directory + " && exec \"$0\" \"$@\""));
    }

    public Properties run(Class<?> main, Path directory, Path outcome) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                directory.toString(),
                outcome.toString()));
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
