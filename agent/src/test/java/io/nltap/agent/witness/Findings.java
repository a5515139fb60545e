// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.witness;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What came of comparing a file with its witness.
 *
 * @param witnessed datagrams in scope that the witness saw
 * @param messages in them
 * @param found of the witnessed, those that the file has
 * @param attributed of the found, those of which the file names an author
 * @param byConfidence of the found, by the file's word for its confidence
 * @param missing witnessed, but not in the file
 * @param wrong in the file, but with another author or direction than the witness saw
 * @param foreign in the file, but of processes out of scope
 * @param unread answers in the file that their process did not read, so that the witness could not see them
 * @param unexplained in the file, and the witness knows nothing of them
 */
public record Findings(
        int witnessed,
        int messages,
        int found,
        int attributed,
        Map<String, Integer> byConfidence,
        List<Witnessed> missing,
        List<String> wrong,
        List<Captured> foreign,
        List<Captured> unread,
        List<Captured> unexplained) {
    private static final int SHOWN = 8;

    /** One line of figures. */
    public String summary() {
        return "%d datagrams with %d messages witnessed, %d in the file, %d attributed %s; missing %d, wrong %d, foreign %d, unread %d, unexplained %d"
                .formatted(
                        witnessed,
                        messages,
                        found,
                        attributed,
                        byConfidence,
                        missing.size(),
                        wrong.size(),
                        foreign.size(),
                        unread.size(),
                        unexplained.size());
    }

    public double attributedShare() {
        return witnessed == 0 ? 0 : (double) attributed / witnessed;
    }

    /** Figures, and the first of everything that should not be. */
    @Override
    public String toString() {
        return summary()
                + shown("missing", missing)
                + shown("wrong", wrong)
                + shown("foreign", foreign)
                + shown("unread", unread)
                + shown("unexplained", unexplained);
    }

    private static String shown(String what, List<?> all) {
        return all.stream()
                .limit(SHOWN)
                .map(one -> "%n  %s: %s".formatted(what, one))
                .collect(Collectors.joining());
    }
}
