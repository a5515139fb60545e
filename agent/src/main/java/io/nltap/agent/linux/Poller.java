// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Waits with poll(2) until one of its descriptors has something to read, was lost, or somebody calls {@link #wake}. One
 * thread waits and changes the set; any thread may wake it.
 */
public final class Poller implements AutoCloseable {

    // struct pollfd { int fd; short events; short revents; };   asm-generic/poll.h
    private static final int SIZE = 8;
    private static final int FD = 0;
    private static final int EVENTS = 4;
    private static final int REVENTS = 6;
    private static final short POLLIN = 1;

    // linux/eventfd.h
    private static final int EFD_CLOEXEC = 02000000;
    private static final int EFD_NONBLOCK = 04000;

    private final Fd wakeUp;
    private final Map<Integer, Integer> slots = new LinkedHashMap<>();
    private ByteBuffer descriptors;
    private boolean open = true;

    private Poller(Fd wakeUp) {
        this.wakeUp = wakeUp;
        this.descriptors = NativeMemory.allocate(SIZE);
        arrange();
    }

    public static Poller open() throws KernelException {
        return new Poller(Fd.of(LibC.CALLS.eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd", ""));
    }

    /** Adds a descriptor, which stays the property of its owner. */
    public void add(int fd) {
        slots.putIfAbsent(fd, 0);
        arrange();
    }

    /** Takes a descriptor out; to be done before it is closed. */
    public void remove(int fd) {
        slots.remove(fd);
        arrange();
    }

    private void arrange() {
        descriptors = NativeMemory.allocate((slots.size() + 1) * SIZE);
        put(0, wakeUp.number());
        int index = 1;
        for (Map.Entry<Integer, Integer> slot : slots.entrySet()) {
            slot.setValue(index);
            put(index++, slot.getKey());
        }
    }

    private void put(int index, int fd) {
        descriptors.putInt(index * SIZE + FD, fd).putShort(index * SIZE + EVENTS, POLLIN);
    }

    /**
     * @return how many descriptors are ready, the wake-up included; 0 after {@code timeout} and after a signal
     */
    public int await(Duration timeout) throws KernelException {
        int millis = (int) Math.min(Integer.MAX_VALUE, Math.max(0, timeout.toMillis()));
        int ready = LibC.CALLS.poll(descriptors, slots.size() + 1L, millis);
        if (ready < 0) {
            int errno = LibC.errno();
            if (errno != Errno.EINTR.number()) {
                throw new KernelException("poll", slots.keySet().toString(), errno);
            }
            forgetEvents();
            return 0;
        }
        if (descriptors.getShort(REVENTS) != 0) {
            LibC.CALLS.read(wakeUp.number(), NativeMemory.allocate(Long.BYTES), Long.BYTES);
        }
        return ready;
    }

    /** Whether the last wait found something on {@code fd}: data, or the news that its source is lost. */
    public boolean ready(int fd) {
        Integer slot = slots.get(fd);
        return slot != null && descriptors.getShort(slot * SIZE + REVENTS) != 0;
    }

    private void forgetEvents() {
        for (int index = 0; index <= slots.size(); index++) {
            descriptors.putShort(index * SIZE + REVENTS, (short) 0);
        }
    }

    /** Ends the present wait, or the next one if nobody is waiting. After {@link #close} it does nothing. */
    public void wake() {
        synchronized (wakeUp) {
            // The lock keeps the number from being closed and given to another file between the check and the write.
            if (open) {
                LibC.CALLS.write(
                        wakeUp.number(), NativeMemory.allocate(Long.BYTES).putLong(0, 1), Long.BYTES);
            }
        }
    }

    @Override
    public void close() {
        synchronized (wakeUp) {
            open = false;
            wakeUp.close();
        }
    }
}
