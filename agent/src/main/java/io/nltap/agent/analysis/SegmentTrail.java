// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.analysis;

import io.nltap.agent.frame.ClosedSegment;
import io.nltap.netlink.pcapng.CapturedPacket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * The segments of a capture, read one after the other while they are written. A closed segment that has not been read yet is
 * held open, so that its file may go; only so many, and what is beyond them is passed over and counted. Read by one thread.
 */
final class SegmentTrail implements AutoCloseable {
    private static final int MOST_OPEN = 4;

    private static final class Step {
        private final int number;
        private final GrowingCapture capture;
        private boolean whole;

        private Step(int number, GrowingCapture capture) {
            this.number = number;
            this.capture = capture;
        }
    }

    private final Path directory;
    private final Deque<Step> steps = new ArrayDeque<>(); // guarded by this
    private int next;
    private long passedOver;
    private long noNetlink;
    private boolean closed;

    SegmentTrail(Path directory) {
        this.directory = directory;
    }

    /** A segment is whole; from when this returns on its file may be renamed or deleted. By any thread. */
    synchronized void closed(ClosedSegment segment) {
        if (closed) {
            return;
        }
        Step step = steps.peekLast();
        if (step == null || step.number < segment.number()) {
            if (steps.size() >= MOST_OPEN) {
                passedOver += segment.frames();
                next = segment.number() + 1;
                return;
            }
            step = add(segment.number());
        }
        try {
            if (!step.capture.open()) {
                throw new IOException("there is no segment %d in %s".formatted(segment.number(), directory));
            }
        } catch (IOException e) {
            passedOver += segment.frames();
        }
        step.whole = true;
    }

    private Step add(int number) {
        Path whole = directory.resolve(ClosedSegment.fileName(number));
        Step step =
                new Step(number, new GrowingCapture(List.of(directory.resolve(whole.getFileName() + ".part"), whole)));
        steps.add(step);
        next = number + 1;
        return step;
    }

    private synchronized Step current() {
        Step first = steps.peekFirst();
        return first == null ? add(next) : first;
    }

    /** Reads on, up to one piece. @return whether there may be more */
    boolean read(ByteBuffer piece, Consumer<CapturedPacket> packets) throws IOException {
        Step step = current();
        boolean whole;
        synchronized (this) {
            whole = step.whole; // asked before it is read: what was written until then is read now
        }
        if (step.capture.read(piece, packets)) {
            return true;
        }
        if (!whole) {
            return false;
        }
        synchronized (this) {
            steps.remove(step);
        }
        noNetlink += step.capture.skipped();
        step.capture.close();
        return true;
    }

    /** Datagrams of segments that were not read. */
    synchronized long passedOver() {
        return passedOver;
    }

    /** Packets that were read and are no netlink. */
    synchronized long noNetlink() {
        return noNetlink
                + steps.stream().mapToLong(step -> step.capture.skipped()).sum();
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        for (Step step : steps) {
            step.capture.close();
        }
        steps.clear();
    }
}
