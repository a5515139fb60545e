// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.pcap;

import io.nltap.agent.frame.CaptureException;
import io.nltap.agent.frame.FrameSink;
import io.nltap.agent.frame.FrameSource;
import io.nltap.agent.frame.Reason;
import io.nltap.agent.frame.SourceLostException;
import io.nltap.agent.linux.KernelException;
import io.nltap.agent.linux.Ticker;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapHandle.BlockingMode;
import org.pcap4j.core.PcapHandle.TimestampPrecision;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.PcapStat;
import org.pcap4j.core.Pcaps;

/**
 * Captures through libpcap. To be opened inside the interface's namespace, to be drained from anywhere.
 *
 * <p>libpcap's read timeout does not fire while no packet comes, so the handle never blocks; its descriptor is out of
 * reach, so {@link #fd} is a clock's, which becomes readable twenty times a second. Each frame is copied to the heap and
 * costs some ten times what the packet ring takes.
 */
public final class LibPcap implements FrameSource {

    /** {@code LINKTYPE_NETLINK}: a 16-byte cooked header, then the datagram. */
    private static final int LINKTYPE_NETLINK = 253;

    /** libpcap's own bound, for cooked header and data together. */
    private static final int CAPTURE_LENGTH = 262_144;

    private static final Duration TICK = Duration.ofMillis(50);

    /** How many ticks it takes at most until libpcap's block with the last frames is handed over. */
    private static final int LAST_TICKS = 4;

    /** Frames of one call at most. */
    private static final int BATCH = 10_000;

    private final String device;
    private final PcapHandle handle;
    private final Ticker ticker;
    private final CookedFrame frame = new CookedFrame();
    private long dropped;
    private boolean open = true;

    private LibPcap(String device, PcapHandle handle, Ticker ticker) {
        this.device = device;
        this.handle = handle;
        this.ticker = ticker;
    }

    /**
     * @param device name of an nlmon interface in the calling thread's namespace
     * @param bufferSize bytes of kernel memory for frames not yet read
     */
    public static LibPcap open(String device, int bufferSize) throws CaptureException {
        PcapHandle handle = null;
        try {
            handle = new PcapHandle.Builder(device)
                    .snaplen(CAPTURE_LENGTH)
                    .bufferSize(bufferSize)
                    .timeoutMillis((int) TICK.toMillis())
                    .timestampPrecision(TimestampPrecision.NANO)
                    .build();
            requireNetlink(handle, device);
            handle.setBlockingMode(BlockingMode.NONBLOCKING);
            return new LibPcap(device, handle, Ticker.open(TICK));
        } catch (PcapNativeException | NotOpenException | IOException | LinkageError e) {
            // LinkageError: the machine has no libpcap, or JNA could not unpack its stub.
            if (handle != null) {
                handle.close();
            }
            throw new CaptureException(
                    Reason.KERNEL_REFUSED,
                    "cannot capture on %s through libpcap: %s".formatted(device, e.getMessage()),
                    e);
        }
    }

    /**
     * Hands over the frames of a pcap or pcapng file of link type 253, in the order of the file.
     *
     * @return how many
     * @throws IOException when the file is not a capture file, is damaged, or holds something else than netlink
     */
    public static long read(Path file, FrameSink sink) throws IOException {
        CookedFrame frame = new CookedFrame();
        long frames = 0;
        try (PcapHandle handle = Pcaps.openOffline(file.toString(), TimestampPrecision.NANO)) {
            requireNetlink(handle, file.toString());
            while (next(handle, frame)) {
                frames++;
                sink.accept(frame);
            }
            return frames;
        } catch (PcapNativeException | NotOpenException e) {
            throw new IOException("cannot read %s: %s".formatted(file, e.getMessage()), e);
        }
    }

    private static void requireNetlink(PcapHandle handle, String object) throws IOException {
        int linkType = handle.getDlt().value();
        if (linkType != LINKTYPE_NETLINK) {
            throw new IOException("%s has link type %d, netlink is %d".formatted(object, linkType, LINKTYPE_NETLINK));
        }
    }

    /** Moves the frame to the next packet that has a whole cooked header; false when there is none now, or no more. */
    private static boolean next(PcapHandle handle, CookedFrame frame) throws PcapNativeException, NotOpenException {
        try {
            boolean whole = false;
            while (!whole) {
                byte[] packet = handle.getNextRawPacketEx();
                whole = frame.hold(packet, nanos(handle.getTimestamp()), handle.getOriginalLength());
            }
            return true;
        } catch (EOFException | TimeoutException e) {
            return false;
        }
    }

    private static long nanos(Timestamp timestamp) {
        return TimeUnit.SECONDS.toNanos(Math.floorDiv(timestamp.getTime(), 1000)) + timestamp.getNanos();
    }

    @Override
    public int fd() {
        return ticker.fd();
    }

    @Override
    public synchronized int drain(FrameSink sink) throws SourceLostException {
        ticker.clear();
        try {
            return drainReady(sink);
        } catch (PcapNativeException e) {
            drainRest(sink);
            throw lost(e);
        }
    }

    /** Nobody can tell how full libpcap's buffer is. */
    @Override
    public boolean isCrowded() {
        return true;
    }

    @Override
    public synchronized int drainLast(FrameSink sink) throws SourceLostException {
        return drainRest(sink);
    }

    private int drainReady(FrameSink sink) throws PcapNativeException {
        int frames = 0;
        try {
            while (frames < BATCH && next(handle, frame)) {
                frames++;
                sink.beginBatch(); // nobody can tell which frames waited at the same time
                sink.accept(frame);
            }
            return frames;
        } catch (NotOpenException e) {
            throw new IllegalStateException("the capture on " + device + " has been closed", e);
        }
    }

    private int drainRest(FrameSink sink) throws SourceLostException {
        int frames = 0;
        @Nullable PcapNativeException loss = null;
        for (int tick = 0; tick < LAST_TICKS; tick++) {
            awaitTick();
            try {
                frames += drainReady(sink);
            } catch (PcapNativeException e) {
                // Said once; what is in the buffer can still be read.
                loss = e;
            }
        }
        if (loss != null) {
            throw lost(loss);
        }
        return frames;
    }

    private void awaitTick() {
        try {
            ticker.await();
        } catch (KernelException e) {
            throw new UncheckedIOException(e);
        }
    }

    private SourceLostException lost(PcapNativeException e) {
        return new SourceLostException("the tap %s is gone: %s".formatted(device, e.getMessage()));
    }

    @Override
    public synchronized long dropped() {
        if (open) {
            try {
                PcapStat statistics = handle.getStats();
                dropped = statistics.getNumPacketsDropped();
            } catch (PcapNativeException | NotOpenException e) {
                throw new IllegalStateException("libpcap could not tell what it dropped on " + device, e);
            }
        }
        return dropped;
    }

    @Override
    public synchronized void close() {
        if (open) {
            dropped();
            open = false;
            handle.close();
            ticker.close();
        }
    }
}
