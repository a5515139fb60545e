// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.agent.frame.Frame;
import io.nltap.agent.frame.FrameTag;
import io.nltap.agent.linux.BpfFeature;
import io.nltap.agent.linux.BpfProgram;
import io.nltap.agent.linux.NetNs;
import io.nltap.agent.linux.Support;
import io.nltap.agent.linux.TcxLink;
import io.nltap.agent.linux.TestNamespace;
import io.nltap.agent.linux.TrafficControl;
import io.nltap.agent.ring.PacketRing;
import io.nltap.agent.ring.RingBudget;
import io.nltap.agent.ring.RingMemory;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The tagger's program on the kernel the build runs on: of the running task, and on the loopback device of a namespace of
 * the test's own. What this kernel cannot do, or does not let this user do, must be said.
 */
class TagProgramOnThisMachineTest {

    private static final Path PROC = KernelPaths.USUAL.proc();
    private static final int LOOPBACK = 1;
    private static final int PACKET_OUTGOING = 4;
    private static final int ETHERNET_IP_UDP = 14 + 20 + 8;
    private static final int RING = 8 << 20;
    /** About as many as a block of the ring has frames: by the time one is read its first tags are being overwritten. */
    private static final int SLOTS = 2048;

    private static final int ENOUGH = 5_000;

    private TagAbilities abilities;

    @BeforeEach
    void probe() {
        abilities = TagAbilities.probe();
    }

    /** As if the kernel lacked some functions. */
    private TagAbilities without(BpfFeature... lacking) {
        Map<BpfFeature, Support> features = new EnumMap<>(abilities.features());
        for (BpfFeature feature : lacking) {
            features.put(feature, new Support.No(feature.name()));
        }
        return new TagAbilities(features);
    }

    static Stream<Arguments> kernels() {
        BpfFeature[] newest = {};
        BpfFeature[] from610 = {BpfFeature.CURRENT_COMM};
        BpfFeature[] before610 = {BpfFeature.CURRENT_COMM, BpfFeature.CURRENT_PID_TGID, BpfFeature.CURRENT_CGROUP_ID};
        BpfFeature[] withoutEvents = {
            BpfFeature.CURRENT_COMM,
            BpfFeature.CURRENT_PID_TGID,
            BpfFeature.CURRENT_CGROUP_ID,
            BpfFeature.TASK_AT_TRACEPOINT
        };
        return Stream.of(
                Arguments.of("this kernel as it is", newest, false),
                Arguments.of("this kernel without comm", from610, false),
                Arguments.of("this kernel without helpers for tasks in traffic control", before610, false),
                Arguments.of("such a kernel on a machine that reorders writes", before610, true),
                Arguments.of("this kernel without helpers for tasks", withoutEvents, false),
                Arguments.of("a machine that reorders writes", newest, true));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kernels")
    void whatIsToldOfThisVeryThreadIsRightOrNotUsed(String name, BpfFeature[] lacking, boolean weaklyOrdered)
            throws Exception {
        TagAbilities like = without(lacking);
        if (!like.obstacle().isEmpty()) {
            assertThat(like.obstacle()).isNotBlank();
            return;
        }
        TagSelfTest.Verdict verdict = new TagSelfTest(PROC).judge(like.recipe(), new TagProgramLoader(weaklyOrdered));

        if (verdict.complaints().isEmpty()) {
            assertThat(verdict.recipe()).isEqualTo(like.recipe());
        } else {
            assertThat(verdict.recipe()).isNotEqualTo(like.recipe());
        }
    }

    /** With so few slots that many tags are overwritten under the reader's eyes. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("kernels")
    void neverTakesTheTagOfAnotherFrame(String name, BpfFeature[] lacking, boolean weaklyOrdered) throws Exception {
        TagAbilities like = without(lacking);
        if (!like.obstacle().isEmpty() || like.recipe().process() == TaskSource.NONE) {
            assertThat(like.obstacle() + like.shortfalls()).isNotBlank();
            return;
        }
        TagProgramLoader loader = new TagProgramLoader(weaklyOrdered);
        TagRecipe recipe = new TagSelfTest(PROC).judge(like.recipe(), loader).recipe();
        try (TestNamespace space = TestNamespace.open();
                NetNs namespace = space.openHandle();
                TagMemory memory = TagMemory.open(SLOTS);
                Finisher finisher = Finisher.open(recipe, loader, memory);
                BpfProgram program = loader.load(recipe, finisher.place(), memory);
                Attachment attached = attach(namespace, program, like.hasTcx())) {
            space.run("ip", "link", "set", "lo", "up");
            RingMemory ringMemory = new RingBudget(RING).reserve(RING);
            try (PacketRing ring =
                            namespace.visit(() -> PacketRing.open("lo", LOOPBACK, ringMemory, PacketRing.PROMPT));
                    Flood flood = Flood.open(namespace, 2)) {
                Judge judge = new Judge(memory.slots());
                while (judge.found < ENOUGH || judge.overwritten < ENOUGH) {
                    ring.drain(judge::judge);
                }
                assertThat(judge.wrong).isZero();
            }
        }
    }

    /** What is at the tracepoint behind traffic control, if the recipe needs it. */
    private record Finisher(Optional<TaskRelay> relay, Optional<TagProgram.Relay> place) implements AutoCloseable {

        static Finisher open(TagRecipe recipe, TagProgramLoader loader, TagMemory memory) throws Exception {
            if (!recipe.usesTracepoint()) {
                return new Finisher(Optional.empty(), Optional.empty());
            }
            TaskRelay relay = TaskRelay.open();
            try (BpfProgram program = loader.loadFinisher(recipe, relay.pendingFd(), memory)) {
                int place = relay.join(program);
                return new Finisher(Optional.of(relay), Optional.of(new TagProgram.Relay(relay.pendingFd(), place)));
            }
        }

        @Override
        public void close() {
            relay.ifPresent(it -> {
                place.ifPresent(joined -> it.leave(joined.place()));
                it.close();
            });
        }
    }

    /** What takes a program off a device. */
    private interface Attachment extends AutoCloseable {
        @Override
        void close();
    }

    private static Attachment attach(NetNs namespace, BpfProgram program, boolean tcx) throws Exception {
        if (tcx) {
            TcxLink link = namespace.visit(() -> TcxLink.open(program, LOOPBACK));
            return link::close;
        }
        try (TrafficControl control = namespace.visit(TrafficControl::open)) {
            control.attach(LOOPBACK, program, "test");
        }
        return () -> {};
    }

    /** Compares each tag that is found with what its sender wrote into the frame. */
    private static final class Judge {

        private final TagSlots slots;
        private final FrameTag tag = new FrameTag();
        private int found;
        private int overwritten;
        private int wrong;

        Judge(TagSlots slots) {
            this.slots = slots;
        }

        void judge(Frame frame) {
            if (frame.packetType() != PACKET_OUTGOING || frame.capturedLength() < ETHERNET_IP_UDP + 4) {
                return;
            }
            if (slots.find(frame, tag)) {
                found++;
                wrong += tag.threadId() == frame.buffer().getInt(frame.offset() + ETHERNET_IP_UDP) ? 0 : 1;
            } else {
                overwritten++;
            }
        }
    }

    /** Threads that send datagrams with their own thread id in them, now and then waiting for the others. */
    private static final class Flood implements AutoCloseable {

        private final AtomicBoolean stop = new AtomicBoolean();
        private final List<Thread> threads = new ArrayList<>();

        static Flood open(NetNs namespace, int count) throws Exception {
            Flood flood = new Flood();
            for (int number = 0; number < count; number++) {
                DatagramSocket socket = namespace.visit(Flood::openSocket);
                Thread thread = new Thread(() -> flood.send(socket), "flood-" + number);
                flood.threads.add(thread);
                thread.start();
            }
            return flood;
        }

        private static DatagramSocket openSocket() {
            try {
                return new DatagramSocket(0, InetAddress.getLoopbackAddress());
            } catch (SocketException e) {
                throw new AssertionError(e);
            }
        }

        private void send(DatagramSocket socket) {
            try (socket) {
                byte[] payload = new byte[4];
                java.nio.ByteBuffer.wrap(payload)
                        .order(java.nio.ByteOrder.nativeOrder())
                        .putInt(OwnTask.read(PROC).threadId());
                DatagramPacket packet = new DatagramPacket(
                        payload, payload.length, InetAddress.getLoopbackAddress(), socket.getLocalPort());
                while (!stop.get()) {
                    socket.send(packet);
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void close() throws InterruptedException {
            stop.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }
}
