// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CgroupMembershipTest {
    private static final String UID = "0f1de3c8-9a42-4b0e-8f0b-5f7f3f2f9b11";
    private static final String SLICE_UID = UID.replace('-', '_');
    private static final String ID = "3f9c0e6d1b2a48c7956e0d4f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d";
    private static final String INNER_ID = "aa".repeat(32);

    @ParameterizedTest(name = "{0}")
    @MethodSource("pods")
    void readsPodAndContainer(String runtime, String cgroupFile) {
        assertThat(CgroupMembership.parse(cgroupFile))
                .contains(new CgroupMembership(Optional.of(UID), Optional.of(ID), false));
    }

    static Stream<Arguments> pods() {
        return Stream.of(
                Arguments.of(
                        "containerd, systemd, version 2",
                        "0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod%s.slice/cri-containerd-%s.scope\n"
                                .formatted(SLICE_UID, ID)),
                Arguments.of(
                        "containerd, systemd, guaranteed pod",
                        "0::/kubepods.slice/kubepods-pod%s.slice/cri-containerd-%s.scope\n".formatted(SLICE_UID, ID)),
                Arguments.of(
                        "containerd, cgroupfs, version 2", "0::/kubepods/besteffort/pod%s/%s\n".formatted(UID, ID)),
                Arguments.of("containerd, cgroupfs, guaranteed pod", "0::/kubepods/pod%s/%s\n".formatted(UID, ID)),
                Arguments.of("containerd, cgroupfs, version 1", """
                        12:hugetlb:/kubepods/burstable/pod%1$s/%2$s
                        11:cpu,cpuacct:/kubepods/burstable/pod%1$s/%2$s
                        1:name=systemd:/kubepods/burstable/pod%1$s/%2$s
                        0::/system.slice/containerd.service
                        """.formatted(UID, ID)),
                Arguments.of("version 1 and 2 together, some lines without a pod", """
                        10:misc:/
                        9:rdma:/
                        2:pids:/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod%1$s.slice/cri-containerd-%2$s.scope
                        0::/
                        """.formatted(SLICE_UID, ID)),
                Arguments.of(
                        "containerd that takes a systemd path for a cgroupfs one",
                        "0::/system.slice/containerd.service/kubepods-besteffort-pod%s.slice:cri-containerd:%s\n"
                                .formatted(SLICE_UID, ID)),
                Arguments.of(
                        "CRI-O, systemd",
                        "0::/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod%s.slice/crio-%s.scope\n"
                                .formatted(SLICE_UID, ID)),
                Arguments.of("CRI-O, cgroupfs", "0::/kubepods/burstable/pod%s/crio-%s\n".formatted(UID, ID)),
                Arguments.of(
                        "Docker through cri-dockerd, systemd",
                        "0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod%s.slice/docker-%s.scope\n"
                                .formatted(SLICE_UID, ID)),
                Arguments.of(
                        "Docker through dockershim, version 1",
                        "4:memory:/kubepods/burstable/pod%s/%s\n".formatted(UID, ID)),
                Arguments.of(
                        "seen from another cgroup namespace, systemd",
                        "0::/../../kubepods-burstable-pod%s.slice/cri-containerd-%s.scope\n".formatted(SLICE_UID, ID)),
                Arguments.of(
                        "seen from another cgroup namespace, cgroupfs",
                        "0::/../../../burstable/pod%s/%s\n".formatted(UID, ID)),
                Arguments.of(
                        "kubelet inside a container, as kind runs it",
                        "0::/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice/kubelet-kubepods-besteffort-pod%s.slice/cri-containerd-%s.scope\n"
                                .formatted(SLICE_UID, ID)));
    }

    @Test
    void knowsTheContainerWhereThePathHidesThePod() {
        assertThat(CgroupMembership.parse("0::/../cri-containerd-%s.scope\n".formatted(ID)))
                .contains(new CgroupMembership(Optional.empty(), Optional.of(ID), false));
    }

    @Test
    void marksWhatRunsBelowTheContainer() {
        assertThat(CgroupMembership.parse("0::/kubepods/pod%s/%s/docker/%s\n".formatted(UID, ID, INNER_ID)))
                .contains(new CgroupMembership(Optional.of(UID), Optional.of(ID), true));
    }

    @Test
    void countsWhatTheRuntimePutsIntoThePodItself() {
        assertThat(CgroupMembership.parse("0::/kubepods/burstable/pod%s\n".formatted(UID)))
                .contains(new CgroupMembership(Optional.of(UID), Optional.empty(), false));
    }

    @Test
    void takesAHashForTheUidOfAStaticPod() {
        assertThat(CgroupMembership.parse(
                        "0::/kubepods/burstable/pod5a1c7e2f9b3d4c6e8f0a1b2c3d4e5f60/%s\n".formatted(ID)))
                .contains(
                        new CgroupMembership(Optional.of("5a1c7e2f9b3d4c6e8f0a1b2c3d4e5f60"), Optional.of(ID), false));
    }

    @ParameterizedTest
    @MethodSource("strangers")
    void leavesAloneWhatIsInNoPod(String cgroupFile) {
        assertThat(CgroupMembership.parse(cgroupFile)).isEmpty();
    }

    static Stream<String> strangers() {
        return Stream.of(
                "",
                "\n",
                "no cgroup file at all",
                "0::/\n",
                "0::/init.scope\n",
                "0::/system.slice/podman.service\n",
                "0::/user.slice/user-1000.slice/session-2.scope\n",
                "0::/kubepods.slice/kubepods-besteffort.slice\n",
                // CRI-O's monitor is in the host's network namespace.
                "0::/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod%s.slice/crio-conmon-%s.scope\n"
                        .formatted(SLICE_UID, ID));
    }
}
