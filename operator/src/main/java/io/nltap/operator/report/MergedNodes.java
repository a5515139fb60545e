// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.report;

import io.nltap.api.v1alpha1.Artifact;
import io.nltap.api.v1alpha1.ArtifactKey;
import io.nltap.api.v1alpha1.ArtifactRole;
import io.nltap.netlink.analysis.Summary;
import io.nltap.operator.store.ObjectStore;
import io.nltap.report.ChangeJson;
import io.nltap.report.FormatProblem;
import io.nltap.report.SummaryJson;
import io.nltap.report.html.RecentChanges;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the nodes of a capture have found out, added up: one node after the other, so that no more than one summary is in
 * memory beside the sum. What there is no room for, or cannot be read, is said.
 */
final class MergedNodes {
    private static final int MOST_NODES = 1000;
    private static final int LARGEST_SUMMARY = 4 << 20;
    private static final long MOST_CHANGES = 64L << 20;
    private static final int LONGEST_LINE = 1 << 20;

    private final ObjectStore store;
    private final RecentChanges changes = new RecentChanges();
    private final List<String> gaps = new ArrayList<>();
    private Summary summary = Summary.NONE;
    private long changesLeft = MOST_CHANGES;

    private MergedNodes(ObjectStore store) {
        this.store = store;
    }

    /** @throws IOException when the store cannot be asked; then nothing can be said of what is in it */
    static MergedNodes of(ReportOrder order, ObjectStore store) throws IOException {
        MergedNodes merged = new MergedNodes(store);
        for (ReportOrder.Node node : order.nodes().stream().limit(MOST_NODES).toList()) {
            merged.add(node);
        }
        int more = order.nodes().size() - MOST_NODES;
        if (more > 0) {
            merged.gaps.add("Of %d more nodes only the files are listed.".formatted(more));
        }
        return merged;
    }

    Summary summary() {
        return summary;
    }

    RecentChanges changes() {
        return changes;
    }

    /** A sentence each. */
    List<String> gaps() {
        return gaps;
    }

    private void add(ReportOrder.Node node) throws IOException {
        Optional<Artifact> file = node.file(ArtifactRole.SUMMARY);
        if (file.isEmpty()) {
            gaps.add("Node %s has left no summary: what it captured is in its segments only.".formatted(node.name()));
        } else {
            addSummary(node.name(), file.get());
        }
        Optional<Artifact> lines = node.file(ArtifactRole.CHANGES);
        if (lines.isPresent()) {
            addChanges(node.name(), lines.get());
        }
    }

    private void addSummary(String node, Artifact file) throws IOException {
        try (InputStream in = store.open(key(file))) {
            byte[] json = in.readNBytes(LARGEST_SUMMARY + 1);
            if (json.length > LARGEST_SUMMARY) {
                gaps.add("The summary of node %s has %,d bytes, too many to be added.".formatted(node, file.size()));
            } else {
                summary = summary.plus(SummaryJson.read(json));
            }
        } catch (NoSuchFileException e) {
            gaps.add("The summary of node %s is not in the store any more.".formatted(node));
        } catch (FormatProblem problem) {
            gaps.add("The summary of node %s cannot be read: %s.".formatted(node, problem.getMessage()));
        }
    }

    private void addChanges(String node, Artifact file) throws IOException {
        if (file.size() > changesLeft) {
            gaps.add("The changes of node %s are not listed here, for want of room: its changes.ndjson has them."
                    .formatted(node));
            return;
        }
        changesLeft -= file.size();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(store.open(key(file)), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.length() <= LONGEST_LINE) {
                    changes.accept(ChangeJson.read(line));
                }
            }
        } catch (NoSuchFileException e) {
            gaps.add("The changes of node %s are not in the store any more.".formatted(node));
        } catch (FormatProblem problem) {
            gaps.add("The changes of node %s cannot be read: %s.".formatted(node, problem.getMessage()));
        }
    }

    private static ArtifactKey key(Artifact file) throws IOException {
        return ArtifactKey.parse(file.key()).orElseThrow(() -> new IOException(file.key() + " is no artifact's key"));
    }
}
