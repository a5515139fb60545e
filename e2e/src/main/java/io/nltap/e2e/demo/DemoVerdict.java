// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nltap.api.v1alpha1.Artifact;
import io.nltap.api.v1alpha1.ArtifactRole;
import io.nltap.api.v1alpha1.CaptureFinding;
import io.nltap.api.v1alpha1.CapturePhase;
import io.nltap.api.v1alpha1.Condition;
import io.nltap.api.v1alpha1.Counters;
import io.nltap.api.v1alpha1.NetlinkCapture;
import io.nltap.api.v1alpha1.NetlinkCaptureStatus;
import io.nltap.e2e.capture.ArtifactDownload;
import io.nltap.e2e.capture.CaptureFile;
import io.nltap.netlink.pcapng.CaptureInterface;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Judges a finished capture from outside: by its status, and by its files as a user gets them. */
final class DemoVerdict {
    private static final int FIRST_LINES = 12;
    private static final int FIRST_CHANGES = 3;
    private static final JsonMapper JSON = new JsonMapper();

    private final DemoFiles files;
    private final Narrator narrator;
    private final ArtifactDownload download;
    private final String token;

    /** @param token of a user who may fetch the files */
    DemoVerdict(DemoFiles files, Narrator narrator, ArtifactDownload download, String token) {
        this.files = files;
        this.narrator = narrator;
        this.download = download;
        this.token = token;
    }

    /**
     * Tells and checks all of it.
     *
     * @param wanted the pod that was to be captured
     * @param marker a name that is in many messages of a pod that was not to be captured
     * @return the files, fetched
     */
    List<Path> judge(NetlinkCapture capture, String wanted, String marker)
            throws IOException, GeneralSecurityException {
        judgeStatus(capture.getStatus());
        narrator.step("The files, fetched from the gateway with a user's token:");
        return judgeFiles(capture, wanted, marker);
    }

    /** Tells how the files begin, and how to read on. */
    void show(List<Path> fetched) throws IOException {
        if (!fetched.isEmpty()) {
            narrator.step("What is in the first of them, begins with:");
            CaptureFile.read(fetched.get(0)).firstLines(FIRST_LINES).forEach(narrator::detail);
            narrator.step("To see all of it: wireshark %1$s (or: tshark -r %1$s)", files.shown(fetched.get(0)));
        }
    }

    /**
     * Tells what was found out, and checks that it is what the captured pod does.
     *
     * @param reader name of a program of the pod that does not read what it listens to
     */
    void judgeFindings(NetlinkCapture capture, String reader) throws IOException {
        NetlinkCaptureStatus status = capture.getStatus();
        narrator.step("What hangs, from its status:");
        for (CaptureFinding finding : status.findings()) {
            narrator.detail("%s  %s %s, since %s"
                    .formatted(finding.hangClass(), finding.who(), finding.sentence(), finding.since()));
        }
        narrator.check(
                status.findings().stream()
                        .anyMatch(finding -> finding.hangClass().equals("D2")
                                && finding.who().startsWith(reader + "[")),
                "found: the program that was stopped while it listened");
        narrator.step(
                "Who changed what, %d changes; the first of them:",
                status.analysis().changes());
        for (Artifact artifact : status.artifacts()) {
            if (artifact.kind() == ArtifactRole.CHANGES) {
                try (Stream<String> lines = Files.lines(files.fetched(artifact.key()))) {
                    for (String line : lines.limit(FIRST_CHANGES).toList()) {
                        narrator.detail(change(line));
                    }
                }
            }
        }
        narrator.check(status.analysis().changes() > 0, "changes were found");
        status.artifacts().stream()
                .filter(artifact -> artifact.kind() == ArtifactRole.REPORT)
                .forEach(page -> narrator.step(
                        "All of it as a page, for a browser: %s", files.shown(files.fetched(page.key()))));
    }

    private static String change(String line) throws IOException {
        JsonNode change = JSON.readTree(line);
        return "%s %s[%s] of %s: %s %s %s"
                .formatted(
                        change.path("time").asText(),
                        change.path("who").path("comm").asText("?"),
                        change.path("who").path("pid").asText("?"),
                        change.path("who").path("pod").asText("-"),
                        change.path("action").asText(),
                        change.path("kind").asText(),
                        change.path("object").asText());
    }

    /** Tells the status, and checks that it is one of success. */
    private void judgeStatus(NetlinkCaptureStatus status) {
        for (Condition condition : status.conditions()) {
            narrator.detail("%-16s %-7s %s: %s"
                    .formatted(condition.type(), condition.status(), condition.reason(), condition.message()));
        }
        Counters totals = status.totals();
        narrator.check(status.phase() == CapturePhase.SUCCEEDED, "the phase is Succeeded");
        narrator.check(
                totals.frames() > 0,
                "captured: %d datagrams with %d messages, %d bytes",
                totals.frames(),
                totals.messages(),
                totals.bytes());
        narrator.check(
                totals.dropped() + totals.droppedByLimits() == 0,
                "dropped: %d by the kernel, %d by limits",
                totals.dropped(),
                totals.droppedByLimits());
    }

    private List<Path> judgeFiles(NetlinkCapture capture, String wanted, String marker)
            throws IOException, GeneralSecurityException {
        List<Path> fetched = new ArrayList<>();
        long packets = 0;
        long ofOthers = 0;
        List<CaptureInterface> interfaces = new ArrayList<>();
        for (Artifact artifact : capture.getStatus().artifacts()) {
            Path file = fetch(artifact);
            if (artifact.kind() != ArtifactRole.SEGMENT) {
                boolean tells = Files.readString(file).contains(marker);
                narrator.check(!tells, "nothing of the other pod is in %s", files.shown(file));
                continue;
            }
            CaptureFile content = CaptureFile.read(file);
            content.problems().forEach(problem -> narrator.check(false, "%s is sound: %s", files.shown(file), problem));
            packets += content.packets().size();
            ofOthers += content.datagramsWith(marker);
            interfaces.addAll(content.interfaces());
            fetched.add(file);
        }
        long frames = capture.getStatus().totals().frames();
        narrator.check(packets == frames, "%d datagrams in the files, as many as the status says", packets);
        narrator.check(
                !interfaces.isEmpty() && interfaces.stream().allMatch(tap -> isOf(wanted, tap)),
                "all of them of the pod %s: %s",
                wanted,
                interfaces.stream()
                        .map(CaptureInterface::description)
                        .distinct()
                        .toList());
        narrator.check(ofOthers == 0, "%d datagrams name what the other pod talks of", ofOthers);
        return fetched;
    }

    private Path fetch(Artifact artifact) throws IOException, GeneralSecurityException {
        ArtifactDownload.Fetched fetched = download.fetch(artifact.key(), token, files.fetched(artifact.key()));
        narrator.check(
                fetched.size() == artifact.size() && fetched.sha256().equals(artifact.sha256()),
                "fetched %s: %d bytes with the SHA-256 of the status, %s…",
                artifact.key(),
                fetched.size(),
                fetched.sha256().substring(0, 12));
        return fetched.file();
    }

    private static boolean isOf(String pod, CaptureInterface tap) {
        return (tap.name() + " " + tap.description()).contains(pod);
    }
}
