// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import io.nltap.agent.frame.OwnGroups;
import io.nltap.agent.frame.TagSource;
import io.nltap.agent.frame.Tagging;
import io.nltap.agent.linux.KernelException;
import io.nltap.agent.linux.NetNs;
import io.nltap.agent.linux.PacketSocket;
import io.nltap.api.v1alpha1.ModuleState;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One user's share in the nlmon device of a network namespace. The last share that is closed takes the device away. A
 * share keeps the namespace alive: close it as soon as the namespace's processes are gone.
 */
public final class Tap implements AutoCloseable {

    private final Taps taps;
    private final SharedTap shared;
    private final AtomicBoolean open = new AtomicBoolean(true);
    private volatile boolean listening;
    private volatile long missedBefore;

    Tap(Taps taps, SharedTap shared) {
        this.taps = taps;
        this.shared = shared;
    }

    /** The namespace the device is in; belongs to the tap. */
    public NetNs namespace() {
        return shared.namespace();
    }

    public String device() {
        return shared.device().link().name();
    }

    public int interfaceIndex() {
        return shared.device().link().index();
    }

    /** How the nlmon module came to be there. */
    public ModuleState module() {
        return shared.module();
    }

    /** Where the tags of this tap's frames are; not to be asked any more when this is closed. */
    public TagSource tags() {
        return shared.tags();
    }

    /** How its frames are tagged. */
    public Tagging tagging() {
        return shared.tagging();
    }

    /**
     * Opens a socket that receives a packet as soon as somebody speaks there for the first time, to be emptied by {@link
     * PacketSocket#takeAll}; empty where the tags of frames name processes, or there are none.
     */
    public Optional<PacketSocket> openFirsts() throws KernelException, InterruptedException {
        return shared.marksFirst()
                ? Optional.of(namespace().visit(() -> openMarked(interfaceIndex())))
                : Optional.empty();
    }

    private static PacketSocket openMarked(int interfaceIndex) throws KernelException {
        PacketSocket socket = PacketSocket.open();
        try {
            socket.limitToMark(TagProgram.FIRST);
            socket.bind(interfaceIndex);
            return socket;
        } catch (KernelException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Has the kernel tell the namespace's groups of changes, though nobody there may listen, until the last who wants that has
     * closed its share. To be called once.
     *
     * @throws KernelException when the kernel does not let us; then nothing has changed
     */
    public void listen() throws KernelException, InterruptedException {
        missedBefore = taps.listen(shared);
        listening = true;
    }

    /** To which groups this process listens in the namespace, for whichever share. */
    public OwnGroups ownGroups() {
        return shared.ownGroups();
    }

    /** Notifications since {@link #listen} that could not be heard, as they came faster than they were thrown away. */
    public long missed() {
        return listening ? taps.missed(shared) - missedBefore : 0;
    }

    /** Interface indexes of devices of nltap's, this one among them, that were in the namespace when it was listened to. */
    public Set<Integer> ownDevices() {
        return shared.ownDevices();
    }

    @Override
    public void close() {
        if (open.compareAndSet(true, false)) {
            taps.release(shared, listening);
        }
    }
}
