// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import io.nltap.agent.frame.Author;
import io.nltap.agent.frame.ContainerName;
import io.nltap.agent.session.LocalRecording;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Authors as people and programs read of them. */
final class AuthorNames {

    private AuthorNames() {}

    static Progress.View view(Duration elapsed, LocalRecording.Progress progress) {
        List<Progress.Share> shares = sorted(progress.byAuthor()).stream()
                .map(each -> new Progress.Share(
                        shortName(each.getKey()), each.getValue().frames()))
                .toList();
        return new Progress.View(
                elapsed,
                progress.total().frames(),
                progress.total().messages(),
                progress.total().bytes(),
                progress.total().dropped(),
                shares);
    }

    static List<RecordReport.Author> authors(LocalRecording.Progress progress) {
        return sorted(progress.byAuthor()).stream()
                .map(each -> author(each.getKey(), each.getValue()))
                .toList();
    }

    private static RecordReport.Author author(Author author, LocalRecording.Written written) {
        if (author instanceof Author.Process process) {
            return new RecordReport.Author(
                    "Process",
                    process.pid(),
                    process.comm().isEmpty() ? null : process.comm(),
                    process.container().flatMap(ContainerName::containerId).orElse(null),
                    written.frames(),
                    written.messages());
        }
        return new RecordReport.Author(
                author instanceof Author.Kernel ? "Kernel" : "Unknown",
                null,
                null,
                null,
                written.frames(),
                written.messages());
    }

    private static String shortName(Author author) {
        if (author instanceof Author.Process process) {
            return "%s[%d]".formatted(process.comm().isEmpty() ? "?" : process.comm(), process.pid());
        }
        return author instanceof Author.Kernel ? "kernel" : "unknown";
    }

    private static List<Map.Entry<Author, LocalRecording.Written>> sorted(Map<Author, LocalRecording.Written> authors) {
        return authors.entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<Author, LocalRecording.Written> each) ->
                                each.getValue().frames())
                        .reversed())
                .toList();
    }
}
