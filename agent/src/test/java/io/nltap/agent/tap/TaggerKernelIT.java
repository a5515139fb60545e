// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nltap.agent.frame.Direction;
import io.nltap.agent.frame.Frame;
import io.nltap.agent.frame.FrameTag;
import io.nltap.agent.frame.TagMode;
import io.nltap.agent.frame.TagSource;
import io.nltap.agent.linux.BpfFeature;
import io.nltap.agent.linux.BpfPrograms;
import io.nltap.agent.linux.Capability;
import io.nltap.agent.linux.Capless;
import io.nltap.agent.linux.NetlinkSender;
import io.nltap.agent.linux.TestNamespace;
import io.nltap.agent.ring.PacketRing;
import io.nltap.agent.ring.RingBudget;
import io.nltap.agent.ring.RingMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * On every kernel the sockets must be right, on those that tell also the processes, the cgroups and the comms; on the others
 * it is to be said that they are not known, and why.
 */
class TaggerKernelIT {

    private static final int RING = 16 << 20;

    // linux/rtnetlink.h, linux/netlink.h, linux/netfilter/nfnetlink.h
    private static final int NETLINK_ROUTE = 0;
    private static final int NETLINK_NETFILTER = 12;
    private static final int NLM_F_REQUEST = 1;
    private static final int NLMSG_NOOP = 1;
    private static final int NLMSG_DONE = 3;
    private static final int RTM_NEWLINK = 16;
    private static final int RTM_GETLINK = 18;
    private static final int RTM_NEWROUTE = 24;
    private static final int NFNL_MSG_BATCH_BEGIN = 16;
    private static final int RTNLGRP_LINK = 1;
    private static final int RTNLGRP_IPV4_ROUTE = 7;

    @TempDir
    private Path directory;

    private TapNode node;
    private TestNamespace space;

    @BeforeEach
    void openNode() throws IOException {
        node = new TapNode(directory);
        space = TestNamespace.open();
    }

    @AfterEach
    void closeNode() throws IOException {
        space.close();
        node.close();
    }

    private static boolean kernelIsFrom(int major, int minor) throws IOException {
        String[] version =
                Files.readString(Path.of("/proc/sys/kernel/osrelease")).split("[.-]");
        int kernelMajor = Integer.parseInt(version[0]);
        return kernelMajor > major || kernelMajor == major && Integer.parseInt(version[1]) >= minor;
    }

    private static boolean kernelTellsTasks() throws IOException {
        return kernelIsFrom(6, 10);
    }

    private static boolean kernelTellsComm() throws IOException {
        return kernelTellsTasks() ? kernelIsFrom(6, 16) : kernelTellsTasksAtTracepoints();
    }

    /** Distributions' kernels do; those of User Mode Linux have no tracepoints. */
    private static boolean kernelTellsTasksAtTracepoints() {
        return BpfFeature.TASK_AT_TRACEPOINT.probe().isYes();
    }

    /** One for each tap, and for tracepoints another one, and one that they share. */
    private static int programs() throws IOException {
        return kernelTellsTasks() || !kernelTellsTasksAtTracepoints() ? 1 : 3;
    }

    private static PacketRing openRing(Tap tap) throws Exception {
        RingMemory memory = new RingBudget(RING).reserve(RING);
        return tap.namespace()
                .visit(() -> PacketRing.open(tap.device(), tap.interfaceIndex(), memory, PacketRing.PROMPT));
    }

    /** All that passes the tap while {@code talk} runs, but what the tap itself says. */
    private List<TaggedFrame> capture(Tap tap, Talk talk) throws Exception {
        List<TaggedFrame> frames = new ArrayList<>();
        try (PacketRing ring = openRing(tap)) {
            talk.run();
            ring.drainLast(frame -> frames.add(TaggedFrame.of(frame, tap.tags())));
            assertThat(ring.dropped()).isZero();
        }
        return frames;
    }

    @FunctionalInterface
    private interface Talk {
        void run() throws Exception;
    }

    @Test
    void saysWhatItCanTellOnThisKernel() throws Exception {
        try (Taps taps = node.taps();
                Tap tap = taps.open(space.pid(), TapNode.FRAMES)) {
            String where = kernelIsFrom(6, 6) ? "tcx" : "clsact";
            if (kernelTellsTasks()) {
                assertThat(tap.tagging().mode()).isEqualTo(TagMode.TASK);
                assertThat(tap.tagging().means()).startsWith(where + ": process by helper, cgroup by helper");
            } else if (kernelTellsTasksAtTracepoints()) {
                assertThat(tap.tagging().mode()).isEqualTo(TagMode.TASK);
                assertThat(tap.tagging().means())
                        .isEqualTo(where + ": process by tracepoint, cgroup by tracepoint, comm by tracepoint");
            } else {
                assertThat(tap.tagging().mode()).isEqualTo(TagMode.SOCKET);
                assertThat(tap.tagging().means()).isEqualTo(where + ": socket only");
                assertThat(tap.tagging().lacking())
                        .contains("bpf_get_current_pid_tgid in traffic control programs (Linux 6.10)");
            }
        }
    }

    @Test
    void tellsARequestFromItsAnswers() throws Exception {
        try (Taps taps = node.taps();
                Tap tap = taps.open(space.pid(), TapNode.FRAMES)) {
            List<TaggedFrame> frames = capture(tap, () -> space.run("ip", "link", "show"));

            assertThat(frames).isNotEmpty().allMatch(TaggedFrame::tagged);
            List<TaggedFrame> requests = TaggedFrame.ofType(frames, RTM_GETLINK);
            assertThat(requests).isNotEmpty().allSatisfy(frame -> {
                assertThat(frame.direction()).isEqualTo(Direction.TO_KERNEL);
                assertThat(frame.portId()).isNotZero();
                assertThat(frame.group()).isZero();
            });
            List<TaggedFrame> answers = TaggedFrame.ofType(frames, RTM_NEWLINK);
            // ip first asks for a change that changes nothing, to learn what the kernel can.
            answers.removeIf(frame -> (frame.flags() & NLM_F_REQUEST) != 0);
            answers.addAll(TaggedFrame.ofType(frames, NLMSG_DONE));
            assertThat(answers).hasSizeGreaterThan(1).allSatisfy(frame -> {
                assertThat(frame.direction()).isEqualTo(Direction.TO_USER);
                assertThat(frame.portId()).isZero();
                assertThat(frame.group()).isZero();
            });
        }
    }

    @Test
    void tellsTheGroupOfNotificationsAndNotOfAnswers() throws Exception {
        try (Taps taps = node.taps();
                Tap tap = taps.open(space.pid(), TapNode.FRAMES);
                Listener listener = Listener.open(space)) {
            List<TaggedFrame> frames = capture(tap, () -> {
                space.run("ip", "link", "set", "lo", "up");
                space.run("ip", "route", "add", "10.77.0.0/16", "dev", "lo");
            });

            assertThat(listener.isAlive()).isTrue();
            assertThat(frames).allMatch(TaggedFrame::tagged);
            assertThat(TaggedFrame.ofType(frames, RTM_NEWLINK))
                    .filteredOn(frame -> frame.group() == RTNLGRP_LINK)
                    .isNotEmpty()
                    .allMatch(frame -> frame.direction() == Direction.TO_USER && frame.portId() == 0);
            assertThat(TaggedFrame.ofType(frames, RTM_NEWROUTE))
                    .filteredOn(frame -> frame.direction() == Direction.TO_USER)
                    .isNotEmpty()
                    .allMatch(frame -> frame.group() == RTNLGRP_IPV4_ROUTE || frame.group() != 0);
        }
    }

    @Test
    void tellsTheSocketOfABatchForNftables() throws Exception {
        try (Taps taps = node.taps();
                Tap tap = taps.open(space.pid(), TapNode.FRAMES)) {
            List<TaggedFrame> frames = capture(tap, () -> space.run("nft", "add", "table", "bridge", "t"));

            assertThat(frames).isNotEmpty().allMatch(TaggedFrame::tagged);
            assertThat(frames)
                    .filteredOn(frame -> frame.protocol() == NETLINK_NETFILTER && frame.type() == NFNL_MSG_BATCH_BEGIN)
                    .isNotEmpty()
                    .allMatch(frame -> frame.direction() == Direction.TO_KERNEL && frame.portId() != 0);
        }
    }

    @Test
    void namesTheProcessWhereTheKernelTells() throws Exception {
        try (Taps taps = node.taps();
                Tap tap = taps.open(space.pid(), TapNode.FRAMES)) {
            int[] pid = new int[1];
            List<TaggedFrame> frames = capture(tap, () -> {
                Process ip = new ProcessBuilder(
                                "nsenter", "--net", "--target", "" + space.pid(), "--", "ip", "link", "show")
                        .redirectErrorStream(true)
                        .start();
                pid[0] = (int) ip.pid();
                ip.getInputStream().readAllBytes();
                assertThat(ip.waitFor()).isZero();
            });

            TagMode mode = tap.tagging().mode();
            assertThat(mode == TagMode.TASK).isEqualTo(kernelTellsTasks() || kernelTellsTasksAtTracepoints());
            String comm = kernelTellsComm() ? "ip" : "";
            long cgroup = ((Number) Files.getAttribute(ownCgroup(), "unix:ino")).longValue();
            assertThat(frames).isNotEmpty().allSatisfy(frame -> {
                assertThat(frame.processId()).isEqualTo(mode == TagMode.TASK ? pid[0] : FrameTag.NO_PROCESS);
                assertThat(frame.cgroupId()).isEqualTo(mode == TagMode.TASK ? cgroup : FrameTag.NO_CGROUP);
                assertThat(frame.comm()).isEqualTo(comm);
            });
        }
    }

    private static Path ownCgroup() throws IOException {
        String path = Files.readString(Path.of("/proc/self/cgroup")).strip();
        return Path.of("/sys/fs/cgroup", path.substring(path.lastIndexOf(':') + 1));
    }

    @Test
    void keepsTheTagsOfABurst() throws Exception {
        int messages = 100_000;
        try (Taps taps = node.taps();
                Tap tap = taps.open(space.pid(), RING / 112);
                PacketRing ring = openRing(tap);
                NetlinkSender sender = tap.namespace().visit(() -> NetlinkSender.open(NETLINK_ROUTE))) {
            Burst burst = new Burst(tap.tags());
            Thread thread = new Thread(() -> burst.send(sender, messages), "burst");
            thread.start();
            while (thread.isAlive()) {
                ring.drain(burst::judge);
            }
            ring.drainLast(burst::judge);

            assertThat(burst.seen + ring.dropped()).isEqualTo(messages);
            assertThat(burst.seen - burst.right).as("bad or missing tags").isZero();
        }
    }

    /** Many messages of one socket. */
    private static final class Burst {

        private static final int SIZE = 128;

        private final TagSource tags;
        private final FrameTag tag = new FrameTag();
        private long portId;
        private int seen;
        private int right;

        Burst(TagSource tags) {
            this.tags = tags;
        }

        void send(NetlinkSender sender, int messages) {
            try {
                sender.repeat(SIZE, messages);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        void judge(Frame frame) {
            if (frame.buffer().getShort(frame.offset() + 4) != NLMSG_NOOP) {
                return;
            }
            seen++;
            if (tags.find(frame, tag)) {
                portId = portId == 0 ? tag.portId() : portId;
                right += tag.portId() == portId && tag.direction() == Direction.TO_KERNEL && portId != 0 ? 1 : 0;
            }
        }
    }

    @Test
    void sessionsThatShareATapShareItsTags() throws Exception {
        int before = BpfPrograms.count();
        try (Taps taps = node.taps();
                Tap first = taps.open(space.pid(), TapNode.FRAMES);
                Tap second = taps.open(space.pid(), TapNode.FRAMES);
                PacketRing one = openRing(first);
                PacketRing two = openRing(second)) {
            assertThat(BpfPrograms.count()).isEqualTo(before + programs());
            space.run("ip", "link", "show");
            List<TaggedFrame> seenByOne = new ArrayList<>();
            List<TaggedFrame> seenByTwo = new ArrayList<>();
            one.drainLast(frame -> seenByOne.add(TaggedFrame.of(frame, first.tags())));
            two.drainLast(frame -> seenByTwo.add(TaggedFrame.of(frame, second.tags())));

            assertThat(seenByOne).isNotEmpty().allMatch(TaggedFrame::tagged).isEqualTo(seenByTwo);
        }
    }

    @Test
    void changesNothingThatAnotherTapSees() throws Exception {
        space.run("ip", "link", "add", "other", "type", "nlmon");
        space.run("ip", "link", "set", "other", "up");
        Path file = directory.resolve("other.pcap");
        try (Taps taps = node.taps();
                Tap tap = taps.open(space.pid(), TapNode.FRAMES);
                Tcpdump tcpdump = Tcpdump.start(space, "other", file)) {
            int[] frames = new int[1];
            int[] bytes = new int[1];
            try (PacketRing ring = openRing(tap)) {
                space.run("ip", "link", "show");
                space.run("nft", "add", "table", "bridge", "t");
                ring.drainLast(frame -> {
                    frames[0]++;
                    bytes[0] += frame.originalLength();
                });
            }
            tcpdump.awaitFrames(frames[0]);

            assertThat(frames[0]).isGreaterThan(5);
            // Opening and closing our ring says nothing on netlink: both saw the same.
            assertThat(tcpdump.frames()).isEqualTo(frames[0]);
            assertThat(tcpdump.payloadBytes()).isEqualTo(bytes[0]);
        } finally {
            space.run("ip", "link", "delete", "other");
        }
    }

    @ParameterizedTest(name = "tcx where there is: {0}")
    @ValueSource(booleans = {true, false})
    void nothingRemainsOfAClosedTap(boolean tcx) throws Exception {
        int before = BpfPrograms.count();
        List<String> descriptors = openBpfDescriptors();
        try (Taps taps = node.taps(tcx ? TapNode.taggers() : TapNode.taggersWithoutTcx())) {
            Tap tap = taps.open(space.pid(), TapNode.FRAMES);
            assertThat(tap.tagging().mode()).isNotEqualTo(TagMode.NONE);
            assertThat(BpfPrograms.count()).isEqualTo(before + programs());

            tap.close();

            await().untilAsserted(() -> assertThat(BpfPrograms.count()).isEqualTo(before));
            assertThat(openBpfDescriptors()).isEqualTo(descriptors);
        }
    }

    private static List<String> openBpfDescriptors() throws IOException {
        List<String> found = new ArrayList<>();
        try (var descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors) {
                if (Files.isSymbolicLink(descriptor)) {
                    String target = Files.readSymbolicLink(descriptor).toString();
                    if (target.contains("bpf")) {
                        found.add(target);
                    }
                }
            }
        }
        return found;
    }

    @ParameterizedTest(name = "tcx where there is: {0}")
    @ValueSource(booleans = {true, false})
    void whatAKilledAgentLeftGoesWithTheNextSweep(boolean tcx) throws Exception {
        int before = BpfPrograms.count();
        try (TapHolder holder = TapHolder.start(directory.resolve("holder"), space.pid(), tcx)) {
            assertThat(BpfPrograms.count()).isEqualTo(before + programs());

            holder.kill();

            if (tcx && kernelIsFrom(6, 6)) {
                await().untilAsserted(() -> assertThat(BpfPrograms.count()).isEqualTo(before));
            } else {
                assertThat(space.run("tc", "filter", "show", "dev", TapNode.INSTALLATION.deviceName(), "egress"))
                        .contains(TagProgramLoader.NAME + " direct-action");
            }
            try (Taps next = node.taps()) {
                assertThat(next.sweep().devicesRemoved()).isEqualTo(1);
            }
            await().untilAsserted(() -> assertThat(BpfPrograms.count()).isEqualTo(before));
        }
    }

    @Test
    void aTapWithoutTheCapabilityForBpfIsStillATapAndSaysWhatIsMissing() throws Exception {
        Taggers taggers = TapNode.taggers();
        Tagger tagger = Capless.without(
                List.of(Capability.CAP_BPF, Capability.CAP_SYS_ADMIN), () -> taggers.open(1, TapNode.FRAMES));

        assertThat(tagger.tagging().mode()).isEqualTo(TagMode.NONE);
        assertThat(tagger.tagging().lacking())
                .startsWith("no tagger can be made: ")
                .contains("CAP_BPF");
    }

    /** Somebody who wants to be told of everything. */
    private record Listener(Process process) implements AutoCloseable {

        static Listener open(TestNamespace space) throws Exception {
            Process process = new ProcessBuilder(
                            "nsenter", "--net", "--target", "" + space.pid(), "--", "ip", "monitor")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            // It listens when its socket is bound to groups: protocol, port id, groups in /proc/net/netlink.
            Path sockets = Path.of("/proc/" + space.pid() + "/net/netlink");
            await().until(() -> Files.readAllLines(sockets).stream()
                    .map(line -> line.strip().split("\\s+"))
                    .anyMatch(fields -> fields[1].equals("" + NETLINK_ROUTE) && !fields[3].equals("00000000")));
            return new Listener(process);
        }

        boolean isAlive() {
            return process.isAlive();
        }

        @Override
        public void close() throws Exception {
            process.destroyForcibly().waitFor();
        }
    }

    /** {@code tcpdump -w} on another device. */
    private record Tcpdump(Process process, Path file) implements AutoCloseable {

        private static final int COOKED_HEADER = 16;

        static Tcpdump start(TestNamespace space, String device, Path file) throws Exception {
            Process process = new ProcessBuilder(
                            "nsenter",
                            "--net",
                            "--target",
                            "" + space.pid(),
                            "--",
                            "tcpdump",
                            "-i",
                            device,
                            "-U",
                            "-Z",
                            "root",
                            "-w",
                            file.toString())
                    .redirectErrorStream(true)
                    .start();
            var messages = process.inputReader();
            String line = messages.readLine();
            while (line != null && !line.contains("listening on")) {
                line = messages.readLine();
            }
            return new Tcpdump(process, file);
        }

        void awaitFrames(int count) {
            await().until(() -> sizes().size() >= count);
        }

        int frames() throws Exception {
            return sizes().size();
        }

        int payloadBytes() throws Exception {
            return sizes().stream().mapToInt(size -> size - COOKED_HEADER).sum();
        }

        private List<Integer> sizes() throws Exception {
            byte[] bytes = Files.readAllBytes(file);
            List<Integer> sizes = new ArrayList<>();
            var buffer = java.nio.ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN);
            // struct pcap_file_header: 24 bytes; struct pcap_sf_pkthdr: seconds, microseconds, caplen, len
            int at = 24;
            while (at + 16 <= bytes.length && at + 16 + buffer.getInt(at + 8) <= bytes.length) {
                sizes.add(buffer.getInt(at + 12));
                at += 16 + buffer.getInt(at + 8);
            }
            return sizes;
        }

        @Override
        public void close() throws Exception {
            process.destroyForcibly().waitFor();
        }
    }
}
