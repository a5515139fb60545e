// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.status;

import io.nltap.api.v1alpha1.CaptureFinding;
import io.nltap.api.v1alpha1.CapturePhase;
import io.nltap.api.v1alpha1.Condition;
import io.nltap.api.v1alpha1.NetlinkCaptureStatus;
import io.nltap.api.v1alpha1.NodePhase;
import io.nltap.api.v1alpha1.NodeSummary;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What became news between two statuses of a capture. */
public final class Announcements {
    private Announcements() {}

    /** @param before null for a capture that had no status */
    public static List<Announcement> between(@Nullable NetlinkCaptureStatus before, NetlinkCaptureStatus after) {
        List<Announcement> news = new ArrayList<>();
        store(before, after).ifPresent(news::add);
        lost(before, after, news);
        hangs(before, after, news);
        if (before == null || before.phase() != after.phase()) {
            news.add(phase(after));
        }
        return List.copyOf(news);
    }

    private static Announcement phase(NetlinkCaptureStatus after) {
        boolean warning = after.phase() == CapturePhase.FAILED || after.phase() == CapturePhase.PARTIALLY_SUCCEEDED;
        return new Announcement(warning, PhaseWords.of(after.phase()), phaseWords(after));
    }

    private static String phaseWords(NetlinkCaptureStatus status) {
        return switch (status.phase()) {
            case PENDING -> message(status, CaptureConditions.CAPTURING);
            case CAPTURING -> capturingWords(status);
            case UPLOADING ->
                "%s; %s"
                        .formatted(
                                message(status, CaptureConditions.CAPTURING),
                                message(status, CaptureConditions.UPLOADED));
            case SUCCEEDED, PARTIALLY_SUCCEEDED, FAILED -> message(status, CaptureConditions.COMPLETE);
        };
    }

    private static String capturingWords(NetlinkCaptureStatus status) {
        String targets = message(status, CaptureConditions.TARGETS_RESOLVED);
        boolean capturing = condition(status, CaptureConditions.CAPTURING)
                .map(condition -> condition.status() == Condition.Status.True)
                .orElse(false);
        return capturing
                ? "%s; capturing %s".formatted(targets, message(status, CaptureConditions.CAPTURING))
                : targets;
    }

    private static void lost(
            @Nullable NetlinkCaptureStatus before, NetlinkCaptureStatus after, List<Announcement> news) {
        Set<String> known = new HashSet<>();
        if (before != null) {
            before.nodes().stream().filter(Announcements::isLost).forEach(node -> known.add(node.nodeName()));
        }
        after.nodes().stream()
                .filter(node -> isLost(node) && !known.contains(node.nodeName()))
                .forEach(node -> news.add(new Announcement(
                        true,
                        "NodeLost",
                        node.message() == null ? "node %s was given up".formatted(node.nodeName()) : node.message())));
    }

    /** Each once, and no more when as many have been told as a status lists: what then comes is listed in its place. */
    private static void hangs(
            @Nullable NetlinkCaptureStatus before, NetlinkCaptureStatus after, List<Announcement> news) {
        if (before != null && before.analysis().findings() >= NetlinkCaptureStatus.MAX_FINDINGS) {
            return;
        }
        Set<String> known = new HashSet<>();
        if (before != null) {
            before.findings().forEach(finding -> known.add(identity(finding)));
        }
        after.findings().stream()
                .filter(finding -> known.add(identity(finding)))
                .forEach(finding -> news.add(new Announcement(
                        true,
                        "HangFound",
                        "%s: %s %s (%s), since %s, on node %s"
                                .formatted(
                                        finding.hangClass(),
                                        finding.who(),
                                        finding.sentence(),
                                        finding.what(),
                                        finding.since(),
                                        finding.node()))));
    }

    private static String identity(CaptureFinding finding) {
        return String.join(
                "\0",
                finding.hangClass(),
                finding.since(),
                finding.who(),
                finding.what(),
                String.valueOf(finding.node()));
    }

    private static boolean isLost(NodeSummary node) {
        return node.phase() == NodePhase.LOST;
    }

    private static Optional<Announcement> store(@Nullable NetlinkCaptureStatus before, NetlinkCaptureStatus after) {
        Optional<Condition> now = condition(after, CaptureConditions.STORE_READY)
                .filter(condition -> condition.status() == Condition.Status.False);
        Optional<String> then = before == null
                ? Optional.empty()
                : condition(before, CaptureConditions.STORE_READY).map(Condition::reason);
        return now.filter(condition -> then.filter(condition.reason()::equals).isEmpty())
                .map(condition -> new Announcement(true, condition.reason(), condition.message()));
    }

    private static String message(NetlinkCaptureStatus status, String type) {
        return condition(status, type).map(Condition::message).orElse("");
    }

    private static Optional<Condition> condition(NetlinkCaptureStatus status, String type) {
        return status.conditions().stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst();
    }
}
