// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.redaction;

import io.nltap.agent.linux.GenericFamilyList;
import io.nltap.agent.linux.KernelException;
import io.nltap.agent.linux.NetNs;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the kernel which family of generic netlink has which number: before the first frame of a namespace is captured, and
 * again when a number is met that was not among them, as a module may be loaded at any time. It asks on a thread of its own,
 * for the kernel may take long to answer; meanwhile messages with such numbers are secret as a whole. One for all captures,
 * as all namespaces share the numbers.
 */
public final class FamilyTeacher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FamilyTeacher.class);

    private static final Duration FIRST_ANSWER = Duration.ofSeconds(2);
    private static final Duration AFTER_STRANGER = Duration.ofMillis(500);

    /** After an answer that brought nothing new: somebody speaks to a family that there is not. */
    private static final Duration IN_VAIN = Duration.ofSeconds(10);

    private final GenericFamilies families = new GenericFamilies(this::lookSoon);
    private final List<NetNs> namespaces = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread asking = new Thread(task, "families");
        asking.setDaemon(true);
        return asking;
    });
    private final LongSupplier nanoTime;
    private long restUntil;

    private FamilyTeacher(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.restUntil = nanoTime.getAsLong();
    }

    /** @param nanoTime monotonic, as {@link System#nanoTime} */
    public static FamilyTeacher start(LongSupplier nanoTime) {
        return new FamilyTeacher(nanoTime);
    }

    /** A redaction of its own for each capture thread. */
    public KeyRedaction openRedaction() {
        return new KeyRedaction(families);
    }

    /** What is known of the families of one namespace is being kept up to date. */
    public interface Lesson extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Asks about a namespace before anything of it is captured, and waits a moment for the answer.
     *
     * @param namespace stays the caller's, and must be open until the lesson is closed
     */
    public Lesson attend(NetNs namespace) throws InterruptedException {
        Future<?> answer = thread.submit(() -> ask(namespace));
        try {
            answer.get(FIRST_ANSWER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.atWarn()
                    .addKeyValue("namespace", namespace)
                    .log(
                            "the kernel does not say which families of generic netlink it has: all of their messages are secret");
        } catch (ExecutionException e) {
            LOG.atError().setCause(e).log("asking for the families of generic netlink failed");
        }
        namespaces.add(namespace);
        return () -> namespaces.remove(namespace);
    }

    private void lookSoon() {
        lookIn(AFTER_STRANGER.toNanos());
    }

    private void lookIn(long nanos) {
        try {
            var unused = thread.schedule(this::look, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            LOG.atTrace().log("nobody asks for families any more");
        }
    }

    private void look() {
        long rest = restUntil - nanoTime.getAsLong();
        if (rest > 0) {
            lookIn(rest);
            return;
        }
        families.takeStrangers();
        boolean news = false;
        for (NetNs namespace : namespaces) {
            news |= ask(namespace);
        }
        restUntil = nanoTime.getAsLong() + (news ? Duration.ZERO : IN_VAIN).toNanos();
    }

    /** @return whether there are families that were not known */
    private boolean ask(NetNs namespace) {
        try {
            Map<Integer, String> names = namespace.<Map<Integer, String>, KernelException>visit(GenericFamilyList::ask);
            return families.learn(names);
        } catch (KernelException e) {
            LOG.atWarn()
                    .addKeyValue("namespace", namespace)
                    .addKeyValue("why", e.getMessage())
                    .log("cannot ask for the families of generic netlink");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
