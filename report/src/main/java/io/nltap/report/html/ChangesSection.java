// SPDX-License-Identifier: Apache-2.0
package io.nltap.report.html;

import io.nltap.netlink.analysis.ChangeCount;
import io.nltap.netlink.change.Change;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/** Who changed what, and how that is known. */
final class ChangesSection {
    private static final int MAX_BYTES = 180_000;
    private static final String FILE = "changes.ndjson";

    private ChangesSection() {}

    static void write(Markup all, List<ChangeCount> counts, RecentChanges changes, CaptureTime time) {
        List<Change> rows = changes.list();
        if (rows.isEmpty() && counts.isEmpty()) {
            return;
        }
        Section.write(all, "changes", "Changes", out -> {
            if (!counts.isEmpty()) {
                out.element("p", counts.stream().map(ChangesSection::count).collect(Collectors.joining("; ")) + ".")
                        .line();
            }
            if (!rows.isEmpty()) {
                new Table<>("Successful changes, each once, in the order of time", columns(time), FILE)
                        .write(out, rows, 0, MAX_BYTES);
            }
            if (changes.leftOut() > 0) {
                out.element(
                                "p",
                                "%s before these: see %s.".formatted(Quantity.count(changes.leftOut()), FILE),
                                "class",
                                "omitted")
                        .line();
            }
        });
    }

    private static String count(ChangeCount count) {
        StringJoiner parts = new StringJoiner(", ");
        add(parts, count.added(), "added");
        add(parts, count.changed(), "changed");
        add(parts, count.removed(), "removed");
        return count.kind() + ": " + parts;
    }

    private static void add(StringJoiner parts, long count, String word) {
        if (count > 0) {
            parts.add(Quantity.count(count) + " " + word);
        }
    }

    private static List<Column<Change>> columns(CaptureTime time) {
        return List.of(
                Column.time("Time", time, Change::timeNanos),
                new Column<>("Change", "short", (out, change) -> {
                    String word = change.action().word().toLowerCase(Locale.ROOT);
                    out.element("span", word, "class", "action " + word);
                }),
                new Column<>("Object", "text", (out, change) -> {
                    out.text(change.kind()).text(" ").element("span", change.object(), "class", "code");
                }),
                Column.wide("Values", ChangesSection::values),
                Column.who("Author", Change::who),
                Column.text("How it is known", ChangesSection::proof),
                Column.text("Namespace", Change::netns));
    }

    private static String values(Change change) {
        Map<String, String> values = new LinkedHashMap<>();
        change.before().forEach((name, before) -> {
            String after = change.after().get(name);
            boolean isRemoved = change.action() == Change.Action.REMOVED;
            values.put(name, after != null ? before + " → " + after : isRemoved ? before : before + " → none");
        });
        change.after().forEach(values::putIfAbsent);
        return values.entrySet().stream()
                .map(each -> each.getKey() + " " + each.getValue())
                .collect(Collectors.joining(", "));
    }

    private static String proof(Change change) {
        String proof = switch (change.proof()) {
            case ACKNOWLEDGED -> "acknowledged";
            case NOTIFIED -> "notified";
            case NO_ERROR -> "no error came";
        };
        return switch (change.authorship()) {
            case CERTAIN -> proof;
            case PROBABLE -> proof + "; author probable";
            case UNKNOWN -> proof + "; author unknown";
        };
    }
}
