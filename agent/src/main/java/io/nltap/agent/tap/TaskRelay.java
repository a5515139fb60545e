// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import static io.nltap.agent.linux.bpf.Register.FP;
import static io.nltap.agent.linux.bpf.Register.R0;
import static io.nltap.agent.linux.bpf.Register.R1;
import static io.nltap.agent.linux.bpf.Register.R2;
import static io.nltap.agent.linux.bpf.Register.R3;
import static io.nltap.agent.linux.bpf.Register.R6;
import static io.nltap.agent.linux.bpf.Register.R7;
import static io.nltap.agent.linux.bpf.Width.FOUR_BYTES;

import io.nltap.agent.linux.BpfProgram;
import io.nltap.agent.linux.BpfTable;
import io.nltap.agent.linux.KernelException;
import io.nltap.agent.linux.RawTracepoint;
import io.nltap.agent.linux.bpf.Code;
import io.nltap.agent.linux.bpf.KernelFunction;
import io.nltap.agent.linux.bpf.Label;
import java.util.BitSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands frames of all taps from traffic control over to the tracepoint behind it, {@code net_dev_queue} in
 * {@code __dev_queue_xmit} (net/core/dev.c). Between the two nothing else of the kind can happen on that processor: soft
 * interrupts are off. The tracepoint is passed by every packet that leaves any device of the machine, so the one program
 * there looks at one word first, and the costs do not grow with the number of taps.
 *
 * <pre>
 *   tap 3: TagProgram ─▶ pending of this processor: | number 4711 | tap 3 | ─▶ net_dev_queue ─▶ finishers[3]: TaskProgram
 * </pre>
 */
final class TaskRelay implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TaskRelay.class);

    static final String TRACEPOINT = "net_dev_queue";

    /** What is pending, in its 8 bytes: the number of a frame, 0 when there is none, and the place of its tap. */
    static final int PENDING_NUMBER = 0;

    static final int PENDING_PLACE = 4;

    private static final int TAPS = 1024;
    private static final int KEY = -4;

    private final BpfTable pending;
    private final BpfTable finishers;
    private final RawTracepoint tracepoint;
    private final BitSet places = new BitSet(TAPS);

    /** Places are not used again at once: what was pending for one tap must not be finished by another. */
    private int next;

    private TaskRelay(BpfTable pending, BpfTable finishers, RawTracepoint tracepoint) {
        this.pending = pending;
        this.finishers = finishers;
        this.tracepoint = tracepoint;
    }

    static TaskRelay open() throws KernelException {
        BpfTable pending = openPending();
        BpfTable finishers = null;
        try {
            finishers = BpfTable.open(BpfTable.Kind.PROGRAMS, "nltap_finish", Integer.BYTES, TAPS);
            try (BpfProgram program = BpfProgram.loadForTracepoint(
                    "nltap_relay", code(pending.fd(), finishers.fd()), TagProgram.LICENSE)) {
                return new TaskRelay(pending, finishers, RawTracepoint.open(TRACEPOINT, program));
            }
        } catch (KernelException | RuntimeException e) {
            if (finishers != null) {
                finishers.close();
            }
            pending.close();
            throw e;
        }
    }

    /** One word for each processor. */
    static BpfTable openPending() throws KernelException {
        return BpfTable.open(BpfTable.Kind.PER_PROCESSOR, "nltap_pending", Long.BYTES, 1);
    }

    /**
     * <pre>
     *   int relay(void *context) {
     *       struct pending *pending = bpf_map_lookup_elem(&amp;pending_of_this_processor, 0);
     *       if (pending &amp;&amp; pending-&gt;number)
     *           bpf_tail_call(context, &amp;finishers, pending-&gt;place);
     *       return 0;
     *   }
     * </pre>
     */
    private static Code code(int pending, int finishers) {
        Label end = new Label();
        return new Code()
                .move(R6, R1)
                .store(FOUR_BYTES, FP, KEY, 0)
                .lookUp(pending, KEY, end)
                .load(FOUR_BYTES, R7, R0, PENDING_NUMBER)
                .jumpIfEqual(R7, 0, end)
                .load(FOUR_BYTES, R3, R0, PENDING_PLACE)
                .move(R1, R6)
                .loadMap(R2, finishers)
                .call(KernelFunction.TAIL_CALL)
                .bind(end)
                .move(R0, 0)
                .exit();
    }

    int pendingFd() {
        return pending.fd();
    }

    /**
     * @param finisher of one tap; stays the caller's
     * @return its place, to be given back
     */
    synchronized int join(BpfProgram finisher) throws KernelException {
        int place = places.nextClearBit(next);
        if (place >= TAPS) {
            place = places.nextClearBit(0);
        }
        finishers.put(place, finisher); // the kernel refuses the place behind the last with E2BIG
        places.set(place);
        next = (place + 1) % TAPS;
        return place;
    }

    /** What is still pending there is never finished: the tap is gone. */
    synchronized void leave(int place) {
        try {
            finishers.remove(place);
        } catch (KernelException e) {
            LOG.atWarn()
                    .addKeyValue("place", place)
                    .setCause(e)
                    .log("a tap's program could not be taken from the tracepoint");
        }
        places.clear(place);
    }

    synchronized boolean isUnused() {
        return places.isEmpty();
    }

    @Override
    public void close() {
        tracepoint.close();
        finishers.close();
        pending.close();
    }
}
