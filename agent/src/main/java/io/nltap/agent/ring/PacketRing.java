// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.ring;

import io.nltap.agent.frame.CaptureException;
import io.nltap.agent.frame.FrameSink;
import io.nltap.agent.frame.FrameSource;
import io.nltap.agent.frame.KernelRefusal;
import io.nltap.agent.frame.Reason;
import io.nltap.agent.frame.SourceLostException;
import io.nltap.agent.linux.Capability;
import io.nltap.agent.linux.Errno;
import io.nltap.agent.linux.KernelException;
import io.nltap.agent.linux.KernelMapping;
import io.nltap.agent.linux.PacketSocket;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A TPACKET_V3 ring on one interface. To be opened inside the interface's namespace, to be drained from anywhere.
 *
 * <p>PACKET_IGNORE_OUTGOING is never set: to the kernel all that nlmon shows is outgoing.
 */
public final class PacketRing implements FrameSource {

    /** Longest capture in bytes: with its headers it fills a block. Readers of capture files refuse records above 262,144. */
    public static final int CAPTURE_LENGTH = 261_888;

    /**
     * A frame waits at most this long in a block that does not fill, where somebody has to look at once whose it is: a
     * command may have ended by then.
     */
    public static final Duration PROMPT = Duration.ofMillis(64);

    /** Likewise, where frames tell by themselves whose they are: at low rates waking up costs more than frames do. */
    public static final Duration PATIENT = Duration.ofMillis(250);

    /** So long the kernel is given to hand over its last block: it takes two delays, on a starved machine more. */
    private static final Duration LAST_BLOCK = Duration.ofSeconds(5);

    private static final int NOT_BEGUN = -1;

    private final String device;
    private final Duration delay;
    private final PacketSocket socket;
    private final KernelMapping mapping;
    private final RingMemory memory;
    private final List<RingBlock> blocks = new ArrayList<>();
    private final RingFrame frame = new RingFrame();

    /** The block the kernel hands over next. */
    private int current;

    /** Frames of the current block still to be handed on, or {@link #NOT_BEGUN}. */
    private int remaining = NOT_BEGUN;

    private int nextFrame;
    private long dropped;
    private boolean open = true;

    private PacketRing(String device, Duration delay, PacketSocket socket, KernelMapping mapping, RingMemory memory) {
        this.device = device;
        this.delay = delay;
        this.socket = socket;
        this.mapping = mapping;
        this.memory = memory;
        for (int block = 0; block < memory.layout().blockCount(); block++) {
            blocks.add(new RingBlock(mapping.window((long) block * RingLayout.BLOCK_SIZE, RingLayout.BLOCK_SIZE)));
        }
    }

    /**
     * Opens a ring on an interface of the calling thread's namespace.
     *
     * @param device name of the interface, for messages
     * @param memory belongs to the ring from here on, also when this throws
     * @param delay how long a frame may wait in a block that does not fill; whole milliseconds
     * @throws CaptureException {@link Reason#MISSING_CAPABILITY}, {@link Reason#OUT_OF_RING_MEMORY} or
     *     {@link Reason#KERNEL_REFUSED}
     */
    public static PacketRing open(String device, int interfaceIndex, RingMemory memory, Duration delay)
            throws CaptureException {
        PacketSocket socket = null;
        KernelMapping mapping = null;
        try {
            socket = PacketSocket.open();
            socket.limitCapture(CAPTURE_LENGTH);
            RingLayout layout = memory.layout();
            socket.setRing(RingLayout.BLOCK_SIZE, layout.blockCount(), (int) delay.toMillis());
            mapping = socket.openRing(layout.size());
            PacketRing ring = new PacketRing(device, delay, socket, mapping, memory);
            socket.bind(interfaceIndex);
            return ring;
        } catch (KernelException e) {
            closeAll(mapping, socket, memory);
            throw refusal(device, e);
        } catch (RuntimeException e) {
            closeAll(mapping, socket, memory);
            throw e;
        }
    }

    private static CaptureException refusal(String device, KernelException e) {
        if (e.is(Errno.ENOMEM)) {
            return new CaptureException(
                    Reason.OUT_OF_RING_MEMORY,
                    "the kernel has no memory for a packet ring on %s: %s. Free memory on the node"
                            .formatted(device, e.getMessage()),
                    e);
        }
        return KernelRefusal.of("cannot open a packet ring on " + device, e, Capability.CAP_NET_RAW);
    }

    private static void closeAll(@Nullable KernelMapping mapping, @Nullable PacketSocket socket, RingMemory memory) {
        if (mapping != null) {
            mapping.close();
        }
        if (socket != null) {
            socket.close();
        }
        memory.close();
    }

    @Override
    public int fd() {
        return socket.fd();
    }

    @Override
    public synchronized int drain(FrameSink sink) throws SourceLostException {
        requireOpen();
        int frames = drainReady(sink);
        if (frames == 0) {
            int error = takeError();
            if (error != 0) {
                drainRest(sink);
                throw lost(error);
            }
        }
        return frames;
    }

    /** When half of the ring is waiting, the block at hand included. */
    @Override
    public boolean isCrowded() {
        int last = blocks.size() / 2 - 1;
        return blocks.get((current + last) % blocks.size()).isReady();
    }

    @Override
    public synchronized int drainLast(FrameSink sink) throws SourceLostException {
        requireOpen();
        stopReceiving();
        int frames = drainRest(sink);
        int error = takeError();
        if (error != 0) {
            throw lost(error);
        }
        return frames;
    }

    private int drainReady(FrameSink sink) {
        int frames = 0;
        for (int round = 0; round < blocks.size() && blocks.get(current).isReady(); round++) {
            frames += drainBlock(blocks.get(current), sink);
        }
        return frames;
    }

    private int drainBlock(RingBlock block, FrameSink sink) {
        if (remaining == NOT_BEGUN) {
            remaining = block.frameCount();
            nextFrame = block.firstFrame();
        }
        sink.beginBatch();
        int frames = 0;
        while (remaining > 0) {
            frame.moveTo(block.memory(), nextFrame);
            // Before the sink, so that a frame it chokes on is not handed over again.
            nextFrame = frame.next();
            remaining--;
            frames++;
            sink.accept(frame);
        }
        remaining = NOT_BEGUN;
        block.release();
        current = (current + 1) % blocks.size();
        return frames;
    }

    /** Drains the ring, the block that the kernel is still filling included: it is waited for, or counted as dropped. */
    private int drainRest(FrameSink sink) {
        long deadline = System.nanoTime() + LAST_BLOCK.toNanos();
        int frames = drainReady(sink);
        while (blocks.get(current).isBeingFilled() && System.nanoTime() < deadline) {
            awaitBlock();
            frames += drainReady(sink);
        }
        if (blocks.get(current).isBeingFilled()) {
            dropped += blocks.get(current).frameCount();
        }
        return frames;
    }

    private SourceLostException lost(int error) {
        return new SourceLostException(
                "the tap %s is gone: it was taken down or deleted, or its network namespace ended (%s)"
                        .formatted(device, Errno.describe(error)));
    }

    private void stopReceiving() {
        try {
            socket.limitCapture(0);
        } catch (KernelException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitBlock() {
        try {
            socket.await(delay);
        } catch (KernelException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int takeError() {
        try {
            return socket.takeError();
        } catch (KernelException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void requireOpen() {
        if (!open) {
            throw new IllegalStateException("the ring on " + device + " has been closed");
        }
    }

    @Override
    public synchronized long dropped() {
        if (open) {
            try {
                dropped += socket.takeDrops();
            } catch (KernelException e) {
                throw new UncheckedIOException(e);
            }
        }
        return dropped;
    }

    @Override
    public synchronized void close() {
        if (open) {
            dropped();
            open = false;
            closeAll(mapping, socket, memory);
        }
    }
}
