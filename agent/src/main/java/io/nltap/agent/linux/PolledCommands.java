// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What others want done by the thread that waits at a {@link Poller}, and where they stand when that thread has ended. */
public final class PolledCommands {
    private final Poller poller;
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final Object ending = new Object();
    private boolean ended;

    public PolledCommands(Poller poller) {
        this.poller = poller;
    }

    /** Has it done soon; any thread. @return false when the thread has ended, or is about to, and will not do it */
    public boolean submit(Runnable command) {
        synchronized (ending) {
            if (ended) {
                return false;
            }
            commands.add(command);
        }
        poller.wake();
        return true;
    }

    /** Does what has been submitted. To be called by the thread whenever it was woken. */
    public void run() {
        for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
            command.run();
        }
    }

    /** Does what has been submitted for the last time: nothing more is taken. To be called by the thread. */
    public void end() {
        synchronized (ending) {
            ended = true;
        }
        run();
    }
}
