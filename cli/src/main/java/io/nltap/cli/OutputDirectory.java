// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** The directory of one recording. Never overwrites what another has left. */
final class OutputDirectory {

    static final String CAPTURE = "capture.pcapng";
    static final String REPORT = "record.json";
    static final String EVIDENCE = "evidence.ndjson";
    static final String CHANGES = "changes.ndjson";
    static final String SUMMARY = "summary.json";
    static final String PAGE = "report.html";

    /** As the file is called until it is whole: what a killed recording leaves, readable up to its last block. */
    static final String CAPTURE_PART = "0.pcapng.part";

    /** As it is called from then on until the end. */
    private static final String CAPTURE_WHOLE = "0.pcapng";

    /** Of a file, to be read in one go: in User Mode Linux a system call takes as long as the digest of many kilobytes. */
    private static final int CHUNK = 1 << 18;

    private static final List<String> OURS =
            List.of(CAPTURE, REPORT, EVIDENCE, CHANGES, SUMMARY, PAGE, CAPTURE_PART, CAPTURE_WHOLE);

    private final Path path;
    private final boolean made;

    private OutputDirectory(Path path, boolean made) {
        this.path = path;
        this.made = made;
    }

    /** Makes it, or takes it when it is empty of recordings; only its owner can look into a new one. */
    static OutputDirectory open(Path path) throws CommandProblem {
        try {
            boolean made = !Files.isDirectory(path);
            if (made) {
                Files.createDirectories(path.toAbsolutePath().getParent());
                Files.createDirectory(
                        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            for (String name : OURS) {
                if (Files.exists(path.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
                    throw new CommandProblem(
                            ExitCode.FAILED,
                            "--out %s holds %s of another recording: name a new directory, or move that away"
                                    .formatted(path, name));
                }
            }
            Files.delete(Files.createTempFile(path, ".nltap", "")); // better to know now than after the capture
            return new OutputDirectory(path.toRealPath(), made);
        } catch (FileAlreadyExistsException e) {
            throw new CommandProblem(
                    ExitCode.FAILED, "--out %s: %s is a file: name a directory".formatted(path, e.getFile()), e);
        } catch (AccessDeniedException e) {
            throw new CommandProblem(
                    ExitCode.FAILED, "--out %s: %s must not be written to".formatted(path, e.getFile()), e);
        } catch (IOException e) {
            throw new CommandProblem(
                    ExitCode.FAILED, "--out %s: cannot write there: %s".formatted(path, e.getMessage()), e);
        }
    }

    Path path() {
        return path;
    }

    Path capture() {
        return path.resolve(CAPTURE);
    }

    Path evidence() {
        return path.resolve(EVIDENCE);
    }

    Path changes() {
        return path.resolve(CHANGES);
    }

    /** Gives the one segment of the recording its name. */
    void name(Path segment) throws IOException {
        Files.move(segment, capture(), StandardCopyOption.ATOMIC_MOVE);
    }

    Path writeReport(byte[] json) throws IOException {
        return write(REPORT, json);
    }

    /** It appears as a whole, or not at all. */
    Path write(String name, byte[] content) throws IOException {
        Path part = path.resolve(name + ".part");
        Files.deleteIfExists(part);
        Files.createFile(part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(part, content, StandardOpenOption.WRITE);
        return Files.move(part, path.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Takes the directory away if it was made for a recording that has left nothing in it. */
    void removeIfUnused() throws IOException {
        try {
            if (made) {
                Files.deleteIfExists(path);
            }
        } catch (DirectoryNotEmptyException e) {
            // It holds what it was made for.
        }
    }

    /** In hexadecimal digits. */
    static String sha256(Path file) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] chunk = new byte[CHUNK];
            try (InputStream in = Files.newInputStream(file)) {
                for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                    digest.update(chunk, 0, n);
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
