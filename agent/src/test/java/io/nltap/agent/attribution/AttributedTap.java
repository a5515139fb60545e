// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import io.nltap.agent.frame.Attribution;
import io.nltap.agent.frame.Direction;
import io.nltap.agent.frame.Frame;
import io.nltap.agent.frame.FrameSink;
import io.nltap.agent.frame.FrameSource;
import io.nltap.agent.frame.FrameTag;
import io.nltap.agent.frame.SourceLostException;
import io.nltap.agent.linux.KernelException;
import io.nltap.agent.linux.Links;
import io.nltap.agent.linux.NetNamespaces;
import io.nltap.agent.linux.Poller;
import io.nltap.agent.linux.TestNamespace;
import io.nltap.agent.process.PodNames;
import io.nltap.agent.process.ProcessIndex;
import io.nltap.agent.ring.PacketRing;
import io.nltap.agent.ring.RingBudget;
import io.nltap.agent.tap.Installation;
import io.nltap.agent.tap.KernelPaths;
import io.nltap.agent.tap.ModuleTree;
import io.nltap.agent.tap.NlmonModule;
import io.nltap.agent.tap.TagBudget;
import io.nltap.agent.tap.Taggers;
import io.nltap.agent.tap.Tap;
import io.nltap.agent.tap.Taps;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A network namespace with a tap whose frames are attributed while they come, as in a session. */
final class AttributedTap implements AutoCloseable {
    private static final Path PROC = Path.of("/proc");
    private static final int RING = 8 << 20;
    private static final Pattern NAME = Pattern.compile("(q[0-9.]+)\\x00");

    /** @param socket port id of the socket that sent it, or that it is an answer to */
    record Seen(
            Direction direction,
            int protocol,
            int group,
            long socket,
            int type,
            String name,
            Attribution attribution) {}

    private final TestNamespace space;
    private final Taps taps;
    private final Tap tap;
    private final FrameSource ring;
    private final PodNames names;
    private final NodeAuthors node;
    private final TapAuthors authors;
    private final Poller poller;
    private final Thread reader;
    private final List<Seen> seen = new ArrayList<>();
    private final FrameTag tag = new FrameTag();
    private final MessageHead head = new MessageHead();
    private volatile boolean finished;

    private AttributedTap(Path directory) throws Exception {
        space = TestNamespace.open();
        taps = new Taps(
                new Installation("attribution"),
                new NetNamespaces(PROC),
                new NlmonModule(
                        PROC,
                        new ModuleTree(Path.of(
                                "/lib/modules",
                                Files.readString(PROC.resolve("sys/kernel/osrelease"))
                                        .strip())),
                        directory.resolve("module")),
                new Taggers(KernelPaths.USUAL, new TagBudget(1 << 24)));
        tap = taps.open(space.pid(), 1L << 20);
        ring = tap.namespace()
                .visit(() -> PacketRing.open(
                        tap.device(), tap.interfaceIndex(), new RingBudget(RING).reserve(RING), PacketRing.PROMPT));
        names = new PodNames();
        node = NodeAuthors.start(
                new ProcessIndex(PROC, names, 100_000_000, System::nanoTime),
                PROC,
                System::nanoTime,
                Clock.systemUTC());
        authors = node.open(tap.namespace(), tap.openFirsts());
        poller = Poller.open();
        poller.add(ring.fd());
        reader = new Thread(this::read, "reader");
        reader.start();
    }

    static AttributedTap open(Path directory) throws Exception {
        return new AttributedTap(directory);
    }

    TestNamespace space() {
        return space;
    }

    TapAuthors authors() {
        return authors;
    }

    PodNames names() {
        return names;
    }

    Tap tap() {
        return tap;
    }

    /** Runs a program in the namespace. */
    String run(String... command) throws Exception {
        return space.run(command);
    }

    private final FrameSink sink = new FrameSink() {
        @Override
        public void accept(Frame frame) {
            take(frame);
        }

        @Override
        public void beginBatch() {
            authors.beginBatch();
        }
    };

    private void read() {
        try {
            while (!finished) {
                poller.await(Duration.ofMillis(100));
                ring.drain(sink);
            }
            ring.drainLast(sink);
        } catch (KernelException | SourceLostException e) {
            throw new IllegalStateException(e);
        }
    }

    private void take(Frame frame) {
        boolean tagged = tap.tags().find(frame, tag);
        Attribution attribution = authors.attribute(frame, tag, tagged);
        head.read(frame);
        byte[] bytes = new byte[frame.capturedLength()];
        frame.buffer().get(frame.offset(), bytes);
        Seen frameSeen = new Seen(
                tagged ? tag.direction() : Direction.UNKNOWN,
                frame.protocol(),
                tagged ? tag.group() : 0,
                tagged && tag.portId() != 0 ? tag.portId() : head.portId(),
                head.type(),
                name(bytes),
                attribution);
        synchronized (seen) {
            seen.add(frameSeen);
        }
    }

    /** How many frames so far ask for that name, or tell of it. */
    long count(String name) {
        synchronized (seen) {
            return seen.stream().filter(frame -> frame.name().equals(name)).count();
        }
    }

    /** How many notifications to a group there were so far. */
    long groups(int group) {
        synchronized (seen) {
            return seen.stream().filter(frame -> frame.group() == group).count();
        }
    }

    /** Does what the agent does itself. */
    void lookAtLinks() throws Exception {
        tap.namespace().visit(() -> {
            try (Links links = Links.open()) {
                return links.ofKind("nlmon");
            }
        });
    }

    /** A name made of a q and numbers, which no interface here has, or nothing. */
    private static String name(byte[] datagram) {
        Matcher matcher = NAME.matcher(new String(datagram, StandardCharsets.ISO_8859_1));
        return matcher.find() ? matcher.group(1) : "";
    }

    /** All frames until now. */
    List<Seen> finish() throws InterruptedException {
        finished = true;
        poller.wake();
        reader.join();
        return seen;
    }

    @Override
    public void close() throws Exception {
        finish();
        poller.close();
        authors.close();
        node.close();
        ring.close();
        tap.close();
        taps.close();
        space.close();
    }
}
