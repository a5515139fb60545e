// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.api.v1alpha1.EndedBy;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import io.nltap.api.v1alpha1.NodePhase;
import io.nltap.api.v1alpha1.NodeTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole agent on whatever kernel and with whatever rights the tests happen to run: it captures, or says what it lacks,
 * and leaves nothing behind.
 */
class AgentOnThisMachineTest {
    @TempDir
    Path directory;

    @Test
    void capturesOrSaysWhatItLacks() throws IOException {
        boolean root = "root".equals(System.getProperty("user.name"));
        boolean nlmon = root && canMakeNlmon();
        try (TestNode node = new TestNode(directory)) {
            TestPod pod = root ? node.pod("here") : null;
            NodeTarget target = pod == null ? TestOrder.absentPod() : pod.target();
            if (pod != null) {
                node.with("NLTAP_PROC", procOf(pod).toString());
            }
            node.startAgent();

            node.apply(TestOrder.of("here", target).duration("1s"));
            NodeCaptureStatus status = node.awaitReleased("here");

            if (nlmon) {
                assertThat(status.endedBy()).isEqualTo(EndedBy.DURATION);
            } else {
                assertThat(status.phase()).isEqualTo(NodePhase.FAILED);
                assertThat(status.endedBy()).isEqualTo(EndedBy.ERROR);
                assertThat(status.reason()).isEqualTo(root ? "NoNlmon" : "MissingCapability");
                assertThat(status.message()).contains(root ? "CONFIG_NLMON" : "CAP_SYS_PTRACE");
            }
            assertThat(node.spooled()).isEmpty();
        }
    }

    /**
     * The node's /proc as far as this test goes: its first process is the test's own, as not even root may look at the real
     * one everywhere.
     */
    private Path procOf(TestPod pod) throws IOException {
        Path proc = Files.createDirectories(directory.resolve("proc"));
        Path real = Path.of("/proc");
        Files.createSymbolicLink(
                proc.resolve("1"),
                real.resolve(Long.toString(ProcessHandle.current().pid())));
        String pid = Long.toString(pod.pid());
        Files.createSymbolicLink(proc.resolve(pid), real.resolve(pid));
        for (String name : List.of("modules", "sys", "uptime")) {
            Files.createSymbolicLink(proc.resolve(name), real.resolve(name));
        }
        Files.createSymbolicLink(proc.resolve("self"), Path.of("1")); // whose number is not asked for here
        return proc;
    }

    /** In a namespace that goes at once; the module may stay, as it may have been there before. */
    private static boolean canMakeNlmon() {
        try {
            Commands.run("unshare", "--net", "ip", "link", "add", "probe", "type", "nlmon");
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }
}
