// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that reads /proc for those who drain taps, so that nothing the kernel makes it wait for keeps a ring from
 * being emptied: whoever asks waits only as long as it has patience, and finds the answer later. Alarms come first, as what
 * they are for is gone soon, but not two in a row when something else waits; questions, for whose answer frames wait, come
 * before chores, of which there are some for each tap. Of alarms and chores each waits at most once.
 */
final class Lookups implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lookups.class);
    private static final int WAITING = 256;

    /** So many in a row while a chore waits: of chores, too, answers are made. */
    private static final int QUESTIONS_IN_A_ROW = 16;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private final Deque<Runnable> questions = new ArrayDeque<>();
    private final Deque<Chore> alarms = new ArrayDeque<>();
    private final Deque<Chore> chores = new ArrayDeque<>();
    private final Thread thread = new Thread(this::run, "authors");
    private final Precedence precedence;
    private int inARow;
    private boolean wasAlarm;

    /** @param nanoTime monotonic, as {@link System#nanoTime} */
    Lookups(LongSupplier nanoTime) {
        this.precedence = new Precedence(nanoTime);
        thread.setDaemon(true);
        thread.start();
    }

    /** What is to be done again and again. */
    final class Chore {
        private final Deque<Chore> queue;
        private final Runnable work;
        private boolean waits;

        private Chore(Deque<Chore> queue, Runnable work) {
            this.queue = queue;
            this.work = work;
        }

        private Runnable begin() {
            waits = false;
            return work;
        }

        /** Has it done soon; once, if it waits already. Does not wait; any thread. */
        void ask() {
            lock.lock();
            try {
                if (!waits) {
                    waits = true;
                    queue.addLast(this);
                    more.signal();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    Chore chore(Runnable work) {
        return new Chore(chores, work);
    }

    /** @param work is to know how little it may do */
    Chore alarm(Runnable work) {
        return new Chore(alarms, work);
    }

    /** @return empty when so much is asked already that there is no place for it */
    <T> Optional<Lookup<T>> begin(Callable<T> work) {
        Lookup<T> lookup = new Lookup<>(work);
        lock.lock();
        try {
            if (questions.size() == WAITING) {
                return Optional.empty();
            }
            questions.addLast(lookup);
            more.signal();
            return Optional.of(lookup);
        } finally {
            lock.unlock();
        }
    }

    /** Whether a question or an alarm waits; any thread. A chore that takes long makes way for it. */
    boolean isAsked() {
        lock.lock();
        try {
            return !questions.isEmpty() || !alarms.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** The thread goes before others of the machine from now on, where and as long as it may. Any thread. */
    void hurry() {
        precedence.allow();
    }

    private void run() {
        try {
            while (true) {
                Runnable work = next();
                precedence.run(() -> run(work));
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private Runnable next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (questions.isEmpty() && chores.isEmpty() && alarms.isEmpty()) {
                more.await();
            }
            boolean othersWait = !questions.isEmpty() || !chores.isEmpty();
            if (!alarms.isEmpty() && !(wasAlarm && othersWait)) {
                wasAlarm = true;
                return alarms.removeFirst().begin();
            }
            wasAlarm = false;
            if (chores.isEmpty() || (!questions.isEmpty() && inARow < QUESTIONS_IN_A_ROW)) {
                inARow = chores.isEmpty() ? 0 : inARow + 1;
                return questions.removeFirst();
            }
            inARow = 0;
            return chores.removeFirst().begin();
        } finally {
            lock.unlock();
        }
    }

    private static void run(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            // Whatever it was, without this thread nobody would be known any more.
            LOG.atWarn().setCause(e).log("lookup of authors failed");
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
