// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C, SIGTERM and SIGHUP: asks for the end, and keeps the JVM from ending until everything is as it was. The exit code
 * is then the command's, and not that of the signal: an end by Ctrl-C is an end as asked.
 */
final class EndSignal {

    /** Taking a device away waits for the kernel's rtnl lock, which others may hold. */
    private static final long PATIENCE_SECONDS = 60;

    private static final long LATE_SECONDS = 5;

    private final CountDownLatch settled = new CountDownLatch(1);
    private volatile int exitCode = ExitCode.FAILED.number();
    private volatile Runnable asking = () -> {};
    private volatile boolean caught;
    private volatile boolean concluded;

    static EndSignal catching() {
        EndSignal signal = new EndSignal();
        Runtime.getRuntime().addShutdownHook(new Thread(signal::arrive, "end"));
        return signal;
    }

    /** What a signal brings about, from now on; at once, when one has come already. */
    void ask(Runnable end) {
        asking = end;
        if (caught) {
            end.run();
        }
    }

    private void arrive() {
        if (settled.getCount() == 0) {
            return; // the JVM ends because the command has
        }
        caught = true;
        asking.run();
        try {
            if (settled.await(PATIENCE_SECONDS, TimeUnit.SECONDS) || concluded) {
                Runtime.getRuntime().halt(exitCode);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    boolean isCaught() {
        return caught;
    }

    /**
     * What was to be done is done, and only what was made for it is to be taken away. If a signal has come and that takes too
     * long, the process ends with that code all the same; unless a thread waits for a lock of the kernel, which no signal ends.
     *
     * @param late is run, on another thread, when it takes long
     */
    void conclude(ExitCode code, Runnable late) {
        exitCode = code.number();
        concluded = true;
        Thread reminder = new Thread(() -> remind(late), "reminder");
        reminder.setDaemon(true);
        reminder.start();
    }

    private void remind(Runnable late) {
        try {
            if (!settled.await(LATE_SECONDS, TimeUnit.SECONDS)) {
                late.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Everything is as it was; the process may end with that code. */
    void settle(ExitCode code) {
        exitCode = code.number();
        settled.countDown();
    }
}
