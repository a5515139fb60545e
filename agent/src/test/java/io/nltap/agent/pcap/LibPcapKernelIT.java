// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.pcap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nltap.agent.frame.CaptureException;
import io.nltap.agent.frame.Reason;
import io.nltap.agent.frame.SeenFrame;
import io.nltap.agent.frame.SourceLostException;
import io.nltap.agent.linux.Poller;
import io.nltap.agent.linux.TestLink;
import io.nltap.agent.linux.TestNamespace;
import io.nltap.agent.ring.PacketRing;
import io.nltap.agent.ring.RingBudget;
import io.nltap.agent.ring.RingMemory;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibPcapKernelIT {

    private static final int BUFFER = 8 << 20;

    private final List<SeenFrame> seen = new ArrayList<>();
    private TestNamespace space;
    private TestLink link;

    @BeforeEach
    void openLink() throws Exception {
        space = TestNamespace.open();
        link = TestLink.open(space);
    }

    @AfterEach
    void closeLink() throws Exception {
        link.close();
        space.close();
    }

    private LibPcap openCapture() throws Exception {
        return link.namespace().visit(() -> LibPcap.open(TestLink.DEVICE, BUFFER));
    }

    @Test
    void showsTheSameFramesAsThePacketRing() throws Exception {
        List<SeenFrame> byRing = new ArrayList<>();
        RingMemory memory = new RingBudget(BUFFER).reserve(BUFFER);
        try (PacketRing ring = link.namespace()
                        .visit(() -> PacketRing.open(TestLink.DEVICE, link.index(), memory, PacketRing.PROMPT));
                LibPcap libpcap = openCapture()) {
            for (int size : new int[] {16, 17, 100, 4_096, 65_536, 200_000}) {
                link.sender().send(size);
            }
            ring.drainLast(frame -> byRing.add(SeenFrame.of(frame)));
            libpcap.drainLast(frame -> seen.add(SeenFrame.of(frame)));

            assertThat(libpcap.dropped()).isZero();
        }
        assertThat(seen).hasSize(6).hasSameSizeAs(byRing);
        for (int index = 0; index < seen.size(); index++) {
            SeenFrame theirs = seen.get(index);
            SeenFrame ours = byRing.get(index);
            assertThat(theirs.bytes()).isEqualTo(ours.bytes());
            assertThat(theirs.originalLength()).isEqualTo(ours.originalLength());
            assertThat(theirs.protocol()).isEqualTo(ours.protocol());
            assertThat(theirs.packetType()).isEqualTo(ours.packetType());
        }
        assertThat(seen.get(0).timestampNanos() - byRing.get(0).timestampNanos())
                .isBetween(-1_000_000_000L, 1_000_000_000L);
    }

    @Test
    void keepsTheTrueLengthOfWhatItCuts() throws Exception {
        try (LibPcap libpcap = openCapture()) {
            link.sender().send(1 << 20);
            libpcap.drainLast(frame -> seen.add(SeenFrame.of(frame)));
        }
        assertThat(seen).singleElement().satisfies(frame -> {
            assertThat(frame.originalLength()).isEqualTo(1 << 20);
            assertThat(frame.capturedLength()).isBetween(200_000, 262_144);
        });
    }

    @Test
    void itsDescriptorKeepsAPollerGoing() throws Exception {
        try (LibPcap libpcap = openCapture();
                Poller poller = Poller.open()) {
            poller.add(libpcap.fd());
            link.sender().repeat(64, 100);

            while (seen.size() < 100) {
                assertThat(poller.await(Duration.ofSeconds(20))).isEqualTo(1);
                libpcap.drain(frame -> seen.add(SeenFrame.of(frame)));
            }
        }
        assertThat(seen).hasSize(100);
    }

    @Test
    void tellsThatTheDeviceWasDeletedAfterHandingOverWhatWasCaptured() throws Exception {
        try (LibPcap libpcap = openCapture()) {
            link.sender().repeat(64, 10);
            link.delete();

            assertThatThrownBy(() -> await().until(() -> libpcap.drain(frame -> seen.add(SeenFrame.of(frame))) < 0))
                    .isInstanceOf(SourceLostException.class)
                    .hasMessageStartingWith("the tap test0 is gone: ");
            assertThat(seen.stream().filter(frame -> frame.capturedLength() == 64))
                    .hasSize(10);
        }
    }

    @Test
    void refusesADeviceThatIsNotThere() {
        assertThatThrownBy(() -> LibPcap.open("nowhere0", BUFFER))
                .isInstanceOfSatisfying(
                        CaptureException.class, e -> assertThat(e.reason()).isEqualTo(Reason.KERNEL_REFUSED))
                .hasMessageContaining("cannot capture on nowhere0 through libpcap")
                .hasMessageContaining("No such device");
    }

    @Test
    void refusesADeviceThatIsNoNetlinkMonitor() {
        assertThatThrownBy(() -> LibPcap.open("lo", BUFFER))
                .isInstanceOf(CaptureException.class)
                .hasMessageContaining("lo has link type 1, netlink is 253");
    }

    @Test
    void readsWhatTcpdumpWrote(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("theirs.pcap");
        Process tcpdump = new ProcessBuilder(
                        "nsenter",
                        "--net",
                        "--target",
                        Integer.toString(space.pid()),
                        "--",
                        "tcpdump",
                        "-i",
                        TestLink.DEVICE,
                        "-c",
                        "3",
                        "-w",
                        file.toString())
                .redirectErrorStream(true)
                .start();
        List<byte[]> sent = new ArrayList<>();
        try (BufferedReader messages = tcpdump.inputReader()) {
            await().until(() -> messages.readLine().contains("listening on"));
            for (int size : new int[] {20, 300, 70_000}) {
                sent.add(link.sender().send(size));
            }
            assertThat(tcpdump.waitFor()).isZero();
        }

        long frames = LibPcap.read(file, frame -> seen.add(SeenFrame.of(frame)));

        assertThat(frames).isEqualTo(3);
        assertThat(seen).extracting(SeenFrame::bytes).containsExactlyElementsOf(sent);
        assertThat(seen).extracting(SeenFrame::originalLength).containsExactly(20, 300, 70_000);
    }
}
