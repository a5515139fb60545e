// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.evidence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code /proc} says of processes and threads that may end at any moment: of those that did, nothing. Used by one thread. */
final class ProcFiles {

    private static final Pattern INODE = Pattern.compile("(?:socket|net):\\[(\\d{1,18})]");

    private static final int LONGEST = 8192;

    private final Path proc;
    private final ByteBuffer bytes = ByteBuffer.allocate(LONGEST);

    ProcFiles(Path proc) {
        this.proc = proc;
    }

    /** Hears of each numbered entry of a directory until it says that it has heard enough. */
    @FunctionalInterface
    interface Entries {
        /** @return whether to go on */
        boolean take(int number);
    }

    Path process(int pid) {
        return proc.resolve(Integer.toString(pid));
    }

    Path thread(int pid, int tid) {
        return process(pid).resolve("task").resolve(Integer.toString(tid));
    }

    /** Whether there is {@code syscall} (CONFIG_HAVE_ARCH_TRACEHOOK), which says what system call a thread is in. */
    boolean tellsCalls() {
        return Files.exists(proc.resolve("self/syscall"));
    }

    /** Threads, or descriptors. */
    void list(Path directory, Entries entries) {
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            for (Path each : stream) {
                if (!entries.take(Integer.parseInt(each.getFileName().toString()))) {
                    return;
                }
            }
        } catch (IOException | DirectoryIteratorException | NumberFormatException gone) {
            return;
        }
    }

    /** Of a file that the kernel writes in one go, at most {@value #LONGEST} bytes. Empty when it has gone, or may not be read. */
    String text(Path file) {
        try (FileChannel open = FileChannel.open(file, StandardOpenOption.READ)) {
            bytes.clear();
            int length = Math.max(0, open.read(bytes));
            return new String(bytes.array(), 0, length, StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }

    /** The inode that a link such as {@code socket:[4711]} or {@code net:[4026531840]} names. */
    OptionalLong inode(Path link) {
        try {
            Matcher matcher = INODE.matcher(Files.readSymbolicLink(link).toString());
            return matcher.matches() ? OptionalLong.of(Long.parseLong(matcher.group(1))) : OptionalLong.empty();
        } catch (IOException gone) {
            return OptionalLong.empty();
        }
    }
}
