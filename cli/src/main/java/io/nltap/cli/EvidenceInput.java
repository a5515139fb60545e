// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import io.nltap.netlink.evidence.EvidenceSample;
import io.nltap.report.EvidenceJson;
import io.nltap.report.FormatProblem;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** {@code evidence.ndjson}, read line by line as far as the time has gone. A line that is none is passed over, and told. */
final class EvidenceInput implements AutoCloseable {
    private static final int MAX_PROBLEMS = 5;

    private final Path file;
    private final BufferedReader lines;
    private final List<String> problems = new ArrayList<>();
    private Optional<EvidenceSample> next = Optional.empty();
    private long line;

    private EvidenceInput(Path file, BufferedReader lines) {
        this.file = file;
        this.lines = lines;
    }

    static EvidenceInput open(Path file) throws CommandProblem {
        try {
            EvidenceInput input = new EvidenceInput(file, Files.newBufferedReader(file, StandardCharsets.UTF_8));
            input.read();
            return input;
        } catch (IOException | UncheckedIOException e) {
            throw new CommandProblem(ExitCode.FAILED, "%s cannot be read: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** Hands out the samples up to that time. */
    void upTo(long nanos, Consumer<EvidenceSample> samples) {
        while (next.isPresent() && next.get().timeNanos() <= nanos) {
            EvidenceSample sample = next.get();
            read();
            samples.accept(sample);
        }
    }

    /** Sentences about lines that are none. */
    List<String> problems() {
        return problems;
    }

    private void read() {
        try {
            next = Optional.empty();
            for (String text = lines.readLine(); text != null && next.isEmpty(); ) {
                line++;
                next = sample(text);
                text = next.isEmpty() ? lines.readLine() : text;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<EvidenceSample> sample(String text) {
        try {
            return Optional.of(EvidenceJson.read(text));
        } catch (FormatProblem problem) {
            if (problems.size() < MAX_PROBLEMS) {
                problems.add("%s, line %d: %s".formatted(file, line, problem.getMessage()));
            }
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        try {
            lines.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
