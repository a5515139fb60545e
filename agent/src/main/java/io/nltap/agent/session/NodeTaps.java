// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.agent.attribution.NodeAuthors;
import io.nltap.agent.attribution.TapAuthors;
import io.nltap.agent.frame.CaptureException;
import io.nltap.agent.frame.FrameSource;
import io.nltap.agent.frame.KernelRefusal;
import io.nltap.agent.frame.Reason;
import io.nltap.agent.frame.TagMode;
import io.nltap.agent.frame.TagSource;
import io.nltap.agent.frame.Tagging;
import io.nltap.agent.linux.Capability;
import io.nltap.agent.linux.KernelException;
import io.nltap.agent.linux.NetNs;
import io.nltap.agent.linux.PacketSocket;
import io.nltap.agent.metrics.AgentCounter;
import io.nltap.agent.metrics.AgentCounters;
import io.nltap.agent.pcap.LibPcap;
import io.nltap.agent.redaction.FamilyTeacher;
import io.nltap.agent.ring.PacketRing;
import io.nltap.agent.ring.RingBudget;
import io.nltap.agent.ring.RingMemory;
import io.nltap.agent.tap.Cleanup;
import io.nltap.agent.tap.Tap;
import io.nltap.agent.tap.Taps;
import io.nltap.api.v1alpha1.Engine;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Taps of the node: an nlmon device, shared with other sessions, and a packet ring of this session's own; libpcap where
 * the kernel refuses the ring.
 */
public final class NodeTaps implements TapOpener {
    private static final Logger LOG = LoggerFactory.getLogger(NodeTaps.class);

    /** A stalled reader loses nothing for some 50 ms at 700 000 small frames a second. */
    private static final long LARGEST_RING = 8 << 20;

    /** No tap takes more of what is left than this part, so that there is something left for the pods to come. */
    private static final long PART_OF_FREE = 8;

    private static final int LIBPCAP_BUFFER = 2 << 20;

    private static final Tagging NOT_THROUGH_LIBPCAP = Tagging.none(
            "frames come through libpcap, which does not hand over the numbers of their tags: the kernel refused a packet ring");

    private final Taps taps;
    private final RingBudget budget;
    private final NodeAuthors authors;
    private final FamilyTeacher families;
    private final AgentCounters counters;

    /**
     * @param authors must be closed after all sessions have ended
     * @param families likewise
     */
    public NodeTaps(Taps taps, RingBudget budget, NodeAuthors authors, FamilyTeacher families, AgentCounters counters) {
        this.taps = taps;
        this.budget = budget;
        this.authors = authors;
        this.families = families;
        this.counters = counters;
    }

    @Override
    public NetnsTap open(int pid) throws CaptureException, InterruptedException {
        return open(pid, true);
    }

    /** @param changes whether what changes is to be seen, though nobody listens */
    NetnsTap open(int pid, boolean changes) throws CaptureException, InterruptedException {
        return counted(frames -> taps.open(pid, frames), changes);
    }

    /** Likewise in a namespace in which there need be no process; its handle stays the caller's. */
    NetnsTap open(NetNs namespace, boolean changes) throws CaptureException, InterruptedException {
        return counted(frames -> taps.open(namespace, frames), changes);
    }

    /** Opens the device of a tap, with room for the tags of so many frames. */
    private interface Opening {
        Tap open(long frames) throws CaptureException, InterruptedException;
    }

    private NetnsTap counted(Opening opening, boolean changes) throws CaptureException, InterruptedException {
        try {
            NetnsTap tap = openWithSource(opening, changes);
            counters.increment(AgentCounter.TAPS_OPENED);
            return tap;
        } catch (CaptureException e) {
            counters.increment(AgentCounter.TAPS_FAILED);
            throw e;
        }
    }

    private NetnsTap openWithSource(Opening opening, boolean changes) throws CaptureException, InterruptedException {
        RingMemory memory = budget.reserve(ringSize());
        Tap tap;
        try {
            tap = opening.open(memory.frames());
        } catch (CaptureException | InterruptedException | RuntimeException e) {
            memory.close();
            throw e;
        }
        try {
            return withSource(tap, memory, changes);
        } catch (CaptureException | InterruptedException | RuntimeException e) {
            memory.close();
            tap.close();
            throw e;
        }
    }

    /**
     * The source comes when all that takes long is done: what is not read at once fills up however little is said, for the
     * kernel hands over blocks of a ring by time, too.
     */
    private NetnsTap withSource(Tap tap, RingMemory memory, boolean changes)
            throws CaptureException, InterruptedException {
        TapAuthors whose = authorsOf(tap);
        try {
            FamilyTeacher.Lesson lesson = families.attend(tap.namespace());
            try {
                return withSource(tap, memory, changes, whose, lesson);
            } catch (CaptureException | InterruptedException | RuntimeException e) {
                lesson.close();
                throw e;
            }
        } catch (CaptureException | InterruptedException | RuntimeException e) {
            whose.close();
            throw e;
        }
    }

    private TapAuthors authorsOf(Tap tap) throws CaptureException, InterruptedException {
        try {
            return authors.open(tap.namespace(), firsts(tap));
        } catch (IOException e) {
            throw new CaptureException(
                    Reason.NETWORK_NAMESPACE_GONE,
                    "cannot read who has netlink sockets in %s: %s".formatted(tap.namespace(), e.getMessage()),
                    e);
        }
    }

    /** Without them some commands that ended at once are not known. */
    private static Optional<PacketSocket> firsts(Tap tap) throws InterruptedException {
        try {
            return tap.openFirsts();
        } catch (KernelException e) {
            LOG.atWarn()
                    .addKeyValue("netns", tap.namespace().id())
                    .addKeyValue("why", e.getMessage())
                    .log("new senders are not heard of at once");
            return Optional.empty();
        }
    }

    private NetnsTap withSource(
            Tap tap, RingMemory memory, boolean changes, TapAuthors whose, FamilyTeacher.Lesson lesson)
            throws CaptureException, InterruptedException {
        try {
            FrameSource ring = openRing(tap, memory);
            if (changes) {
                listen(tap, ring);
            }
            return netnsTap(tap, ring, Engine.RING, tap.tags(), tap.tagging(), whose, lesson);
        } catch (CaptureException e) {
            if (e.reason() != Reason.KERNEL_REFUSED) {
                throw e;
            }
            FrameSource source = openLibPcap(tap, e);
            return netnsTap(tap, source, Engine.LIBPCAP, TagSource.NONE, NOT_THROUGH_LIBPCAP, whose, lesson);
        }
    }

    /** Without it changes that nobody listens to are missed, but nothing else of what is captured. */
    private static void listen(Tap tap, FrameSource source) throws InterruptedException {
        if (tap.tagging().mode() == TagMode.NONE) {
            return; // our copies could not be told from those of others
        }
        try {
            tap.listen();
        } catch (KernelException e) {
            LOG.atWarn()
                    .addKeyValue("netns", tap.namespace().id())
                    .addKeyValue("why", e.getMessage())
                    .log("changes that nobody listens to are not seen");
        } catch (InterruptedException | RuntimeException e) {
            source.close();
            throw e;
        }
    }

    private static NetnsTap netnsTap(
            Tap tap,
            FrameSource source,
            Engine engine,
            TagSource tags,
            Tagging tagging,
            TapAuthors whose,
            FamilyTeacher.Lesson lesson) {
        return new NetnsTap(
                tap.namespace().id().inode(),
                tap.namespace(),
                tap.device(),
                source,
                tags,
                tagging,
                whose,
                whose.listeners(),
                tap.ownGroups(),
                tap.ownDevices(),
                tap::missed,
                engine,
                tap.module(),
                () -> {
                    lesson.close();
                    whose.close();
                    tap.close();
                });
    }

    private FrameSource openRing(Tap tap, RingMemory memory) throws CaptureException, InterruptedException {
        Duration delay = tap.tagging().mode() == TagMode.TASK ? PacketRing.PATIENT : PacketRing.PROMPT;
        try {
            return tap.namespace().visit(() -> PacketRing.open(tap.device(), tap.interfaceIndex(), memory, delay));
        } catch (KernelException e) {
            throw KernelRefusal.of("cannot enter " + tap.namespace(), e, Capability.CAP_SYS_ADMIN);
        }
    }

    private FrameSource openLibPcap(Tap tap, CaptureException ring) throws CaptureException, InterruptedException {
        LOG.atWarn()
                .addKeyValue("device", tap.device())
                .addKeyValue("why", ring.getMessage())
                .log("no packet ring, capturing through libpcap");
        try {
            return tap.namespace().visit(() -> LibPcap.open(tap.device(), LIBPCAP_BUFFER));
        } catch (KernelException e) {
            throw KernelRefusal.of("cannot enter " + tap.namespace(), e, Capability.CAP_SYS_ADMIN);
        } catch (CaptureException e) {
            ring.addSuppressed(e);
            throw ring;
        }
    }

    private long ringSize() {
        return Math.min(LARGEST_RING, budget.free() / PART_OF_FREE);
    }

    /** Removes what agents before this one left on the node. */
    public void sweep() throws InterruptedException {
        Cleanup cleanup = taps.sweep();
        counters.add(AgentCounter.TAPS_SWEPT, cleanup.devicesRemoved());
    }
}
