// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What {@code nltap analyze} is to read.
 *
 * @param captures in the order of their times
 * @param evidence what was seen beside the wire, if there is any
 */
record AnalysisSources(List<Path> captures, Optional<Path> evidence) {

    private static final String EVIDENCE = "evidence.ndjson";
    private static final Pattern CAPTURE =
            Pattern.compile("(?:capture|([0-9]+))\\.(?:pcapng|pcap)(?:\\.zst|\\.gz|\\.part)?");

    /** @throws CommandProblem when there is nothing to read */
    static AnalysisSources of(List<Path> named) throws CommandProblem {
        List<Path> captures = new ArrayList<>();
        Optional<Path> evidence = Optional.empty();
        for (Path path : named) {
            Path directory = path;
            if (Files.isDirectory(path)) {
                captures.addAll(in(path));
            } else {
                captures.add(path);
                directory = path.toAbsolutePath().getParent();
            }
            Path beside = directory == null ? Path.of(EVIDENCE) : directory.resolve(EVIDENCE);
            if (evidence.isEmpty() && Files.isRegularFile(beside)) {
                evidence = Optional.of(beside);
            }
        }
        return new AnalysisSources(captures, evidence);
    }

    private static List<Path> in(Path directory) throws CommandProblem {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> captures = files.filter(file ->
                            CAPTURE.matcher(file.getFileName().toString()).matches())
                    .sorted(Comparator.comparingLong(AnalysisSources::number).thenComparing(Path::toString))
                    .toList();
            if (captures.isEmpty()) {
                throw new CommandProblem(
                        ExitCode.FAILED,
                        "%s holds no capture: neither capture.pcapng, as 'nltap record' leaves it, nor segments such as 0.pcapng.zst"
                                .formatted(directory));
            }
            return captures;
        } catch (IOException e) {
            throw new CommandProblem(ExitCode.FAILED, "%s cannot be read: %s".formatted(directory, e.getMessage()), e);
        }
    }

    /** Segments are numbered. */
    private static long number(Path file) {
        Matcher matcher = CAPTURE.matcher(file.getFileName().toString());
        String digits = matcher.matches() ? matcher.group(1) : null;
        return digits == null || digits.length() > 18 ? -1 : Long.parseLong(digits);
    }
}
