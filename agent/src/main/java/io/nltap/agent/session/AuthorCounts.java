// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.agent.frame.Attribution;
import io.nltap.agent.frame.Author;
import io.nltap.agent.frame.Confidence;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts whose frames a recording has written. Bounded: of authors beyond a number only sums are known. Used by one thread;
 * makes no object for a frame of an author that it knows.
 */
final class AuthorCounts {
    private static final int ATTRIBUTIONS = 8192;

    /**
     * @param frames datagrams
     * @param messages in those datagrams
     */
    record Count(long frames, long messages) {}

    /**
     * @param byAuthor the first authors
     * @param others all later ones together
     * @param byConfidence frames, of all authors
     */
    record Snapshot(Map<Author, Count> byAuthor, Count others, Map<Confidence, Long> byConfidence) {
        static final Snapshot NOTHING = new Snapshot(Map.of(), new Count(0, 0), Map.of());

        Snapshot {
            byAuthor = Map.copyOf(byAuthor);
            byConfidence = Map.copyOf(byConfidence);
        }
    }

    private final int maxAuthors;
    private final Map<Attribution, Cell> cells = new IdentityHashMap<>();
    private final Map<Author, Cell> authors = new HashMap<>();
    private final Cell others = new Cell();

    /** The last one of each role, and its cell: a process that asks and is answered looks nothing up. */
    private final @Nullable Attribution[] last = new Attribution[Attribution.Role.values().length];

    private final Cell[] lastCells = new Cell[last.length];
    private final long[] byConfidence = new long[Confidence.values().length];

    /** @param maxAuthors that are told apart; 0 counts by confidence only */
    AuthorCounts(int maxAuthors) {
        this.maxAuthors = maxAuthors;
    }

    @SuppressWarnings("ReferenceEquality") // attributions are made once: comparing all of them would cost more
    void count(Attribution attribution, long messages) {
        byConfidence[attribution.confidence().ordinal()]++;
        if (maxAuthors == 0) {
            return;
        }
        int role = attribution.role().ordinal();
        if (last[role] != attribution) {
            Cell known = cells.get(attribution);
            lastCells[role] = known == null ? remember(attribution) : known;
            last[role] = attribution;
        }
        Cell cell = lastCells[role];
        cell.frames++;
        cell.messages += messages;
    }

    private Cell remember(Attribution attribution) {
        if (cells.size() >= ATTRIBUTIONS) {
            cells.clear();
        }
        Cell cell = authors.get(attribution.author());
        if (cell == null && authors.size() < maxAuthors) {
            cell = new Cell();
            authors.put(attribution.author(), cell);
        }
        Cell counted = cell == null ? others : cell;
        cells.put(attribution, counted);
        return counted;
    }

    Snapshot snapshot() {
        Map<Author, Count> counts = new HashMap<>();
        authors.forEach((author, cell) -> counts.put(author, cell.count()));
        Map<Confidence, Long> confidences = new EnumMap<>(Confidence.class);
        for (Confidence each : Confidence.values()) {
            confidences.put(each, byConfidence[each.ordinal()]);
        }
        return new Snapshot(counts, others.count(), confidences);
    }

    private static final class Cell {
        private long frames;
        private long messages;

        private Count count() {
            return new Count(frames, messages);
        }
    }
}
