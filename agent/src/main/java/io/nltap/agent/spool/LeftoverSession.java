// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.spool;

import io.nltap.agent.frame.ClosedSegment;
import io.nltap.api.v1alpha1.Artifact;
import io.nltap.api.v1alpha1.ArtifactKey;
import io.nltap.api.v1alpha1.ArtifactKind;
import io.nltap.api.v1alpha1.Segment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds out, from the names of the files, how far a killed agent came with each segment, and goes on from there. */
final class LeftoverSession {
    private static final Pattern SEGMENT_FILE = Pattern.compile("(0|[1-9][0-9]{0,8})\\.(.+)");
    private static final String WHOLE = "pcapng";

    private final Path directory;
    private final SpoolBudget budget;
    private final Clock clock;
    private final List<String> problems;

    private final List<Segment> packed = new ArrayList<>();
    private final List<ClosedSegment> unpacked = new ArrayList<>();

    LeftoverSession(Path directory, SpoolBudget budget, Clock clock, List<String> problems) {
        this.directory = directory;
        this.budget = budget;
        this.clock = clock;
        this.problems = problems;
    }

    /** Empty when there is nothing that can be uploaded. */
    Optional<SpoolSession> recover() throws IOException {
        if (!SpoolFiles.isDirectory(directory)
                || !SpoolOrder.isUid(directory.getFileName().toString())) {
            problems.add(directory + " is no session's directory");
            return Optional.empty();
        }
        if (!SpoolFiles.isFile(directory.resolve(Spool.ORDER))) {
            return withoutOrder();
        }
        SpoolOrder order;
        try {
            order = SpoolFiles.readJson(directory.resolve(Spool.ORDER), SpoolOrder.class);
        } catch (IOException e) {
            return unusable("cannot read the order in %s, so nobody knows whose segments these are: %s"
                    .formatted(directory, e.getMessage()));
        }
        if (!directory.endsWith(order.uid())) {
            return unusable("%s holds the order of %s".formatted(directory, order.uid()));
        }
        for (Map.Entry<Integer, List<String>> each : namesByNumber().entrySet()) {
            try {
                recover(each.getKey(), each.getValue());
            } catch (IOException e) { // the others can still be saved
                problems.add("cannot recover segment %d of %s: %s".formatted(each.getKey(), directory, e));
            }
        }
        long bytes = size();
        budget.take(bytes);
        SpoolSession session = new SpoolSession(directory, order, budget, bytes, packed, unpacked);
        try {
            session.files().recover();
        } catch (IOException e) { // the segments can still be saved
            problems.add("cannot recover what is beside the segments of %s: %s".formatted(directory, e));
        }
        return Optional.of(session);
    }

    /** The agent died when it had just made the directory; or somebody took the order away. */
    private Optional<SpoolSession> withoutOrder() throws IOException {
        Files.deleteIfExists(directory.resolve(Spool.ORDER + SpoolFiles.PART));
        if (SpoolFiles.list(directory).isEmpty()) {
            Files.delete(directory);
            return Optional.empty();
        }
        return unusable(directory + " has no " + Spool.ORDER + ", so nobody knows whose segments these are");
    }

    /** It stays as it is, and takes its part of the disk. */
    private Optional<SpoolSession> unusable(String problem) throws IOException {
        problems.add(problem);
        budget.take(size());
        return Optional.empty();
    }

    private Map<Integer, List<String>> namesByNumber() throws IOException {
        Map<Integer, List<String>> names = new TreeMap<>();
        for (Path file : SpoolFiles.list(directory)) {
            Matcher name = SEGMENT_FILE.matcher(file.getFileName().toString());
            if (name.matches()) {
                names.computeIfAbsent(Integer.parseInt(name.group(1)), number -> new ArrayList<>())
                        .add(name.group(2));
            }
        }
        return names;
    }

    private void recover(int number, List<String> suffixes) throws IOException {
        Optional<Segment> record = suffixes.contains("json") ? record(number) : Optional.empty();
        if (record.isPresent()) {
            recoverPacked(record.get(), suffixes);
            return;
        }
        Path whole = directory.resolve(ClosedSegment.fileName(number));
        Path part = directory.resolve(whole.getFileName() + SpoolFiles.PART);
        if (suffixes.contains(WHOLE)) {
            recoverWhole(whole, number);
        } else if (suffixes.contains(WHOLE + SpoolFiles.PART)) {
            PartRepair.repair(part, whole, number, nowNanos()).ifPresent(unpacked::add);
        } else {
            problems.add("segment %d of %s has %s, and nothing to upload".formatted(number, directory, suffixes));
            return;
        }
        deleteOthers(number, suffixes, List.of(WHOLE)); // a copy that was being packed: it will be made again
    }

    private void recoverWhole(Path whole, int number) throws IOException {
        SegmentScan scan = SegmentScan.of(whole);
        if (scan.frames() == 0) {
            problems.add(whole + " holds no frame that can be read");
        } else {
            unpacked.add(scan.asClosed(number, Files.size(whole)));
        }
    }

    private void recoverPacked(Segment record, List<String> suffixes) throws IOException {
        Artifact attribution = record.attribution();
        List<String> files = attribution == null
                ? List.of(suffix(record.key()))
                : List.of(suffix(record.key()), suffix(attribution.key()));
        if (!record.stored() && !suffixes.containsAll(files)) {
            problems.add("segment %d of %s was packed, but its file is gone".formatted(record.number(), directory));
            return;
        }
        packed.add(record);
        deleteOthers(record.number(), suffixes, record.stored() ? List.of("json") : with("json", files));
    }

    private static List<String> with(String first, List<String> others) {
        List<String> all = new ArrayList<>(others);
        all.add(first);
        return all;
    }

    /** What its file name has after the number. */
    private static String suffix(String key) {
        return ArtifactKey.parse(key)
                .map(ArtifactKey::fileName)
                .map(name -> name.substring(name.indexOf('.') + 1))
                .orElse("");
    }

    /** Empty when it cannot be read: then the segment itself is read again. */
    private Optional<Segment> record(int number) {
        try {
            Segment record = SpoolFiles.readJson(directory.resolve(number + Spool.RECORD), Segment.class);
            return record.number() == number ? Optional.of(record) : Optional.empty();
        } catch (IOException e) {
            problems.add("cannot read the record of segment %d of %s: %s".formatted(number, directory, e));
            return Optional.empty();
        }
    }

    private void deleteOthers(int number, List<String> suffixes, List<String> keep) throws IOException {
        for (String suffix : suffixes) {
            if (!keep.contains(suffix)) {
                Files.deleteIfExists(directory.resolve(number + "." + suffix));
            }
        }
    }

    private long size() throws IOException {
        long bytes = 0;
        for (Path file : SpoolFiles.list(directory)) {
            if (SpoolFiles.isFile(file) && holdsCapture(file.getFileName().toString())) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }

    private static boolean holdsCapture(String name) {
        return Arrays.stream(ArtifactKind.values())
                .anyMatch(kind -> kind.isNumbered()
                        ? name.contains("." + kind.extension())
                        : name.startsWith(kind.extension()) && !name.endsWith(NodeFiles.STORED));
    }

    private long nowNanos() {
        Instant now = clock.instant();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }
}
