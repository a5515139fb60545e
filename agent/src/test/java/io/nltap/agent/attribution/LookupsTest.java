// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.agent.linux.KernelException;
import io.nltap.agent.linux.Niceness;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LookupsTest {
    private static final long LONG = TimeUnit.SECONDS.toNanos(60);

    private final List<String> done = Collections.synchronizedList(new ArrayList<>());
    private final Lookups lookups = new Lookups(System::nanoTime);

    @AfterEach
    void close() {
        lookups.close();
    }

    @Test
    void answersQuestionsBeforeItDoesChores() throws Exception {
        CountDownLatch busy = keepBusy();
        lookups.chore(() -> done.add("chore")).ask();
        Lookup<Boolean> last = ask("question");

        busy.countDown();

        assertThat(last.await(LONG)).isTrue();
        drain();
        assertThat(done).containsExactly("question", "chore");
    }

    /** Who speaks for the first time may be gone when the questions before have been answered. */
    @Test
    void doesAnAlarmBeforeItAnswersQuestions() throws Exception {
        CountDownLatch busy = keepBusy();
        Lookups.Chore alarm = lookups.alarm(() -> done.add("alarm"));
        Lookup<Boolean> last = ask("question");
        alarm.ask();
        alarm.ask();

        busy.countDown();

        assertThat(last.await(LONG)).isTrue();
        drain();
        assertThat(done).containsExactly("alarm", "question");
    }

    @Test
    void answersAQuestionThoughAlarmsNeverEnd() throws Exception {
        CountDownLatch busy = keepBusy();
        Lookups.Chore[] alarm = new Lookups.Chore[1];
        alarm[0] = lookups.alarm(() -> {
            done.add("alarm");
            alarm[0].ask();
        });
        alarm[0].ask();
        Lookup<Boolean> question = ask("question");
        lookups.chore(() -> done.add("chore")).ask();

        busy.countDown();

        assertThat(question.await(LONG)).isTrue();
        drain();
        assertThat(done).startsWith("alarm", "question", "alarm", "chore");
    }

    @Test
    void goesBeforeOthersOfTheMachineWhereItMayAndIsWanted() throws Exception {
        List<Integer> niceness = new ArrayList<>();
        int usual = Niceness.get();
        Thread other = new Thread(() -> niceness.add(mayGoFirst() ? Niceness.FIRST : usual));
        other.start();
        other.join();

        assertThat(inQuestion()).isEqualTo(usual);
        lookups.hurry();
        assertThat(inQuestion()).isEqualTo(niceness.get(0));
    }

    /** Of the thread, which then has used up what it may take. */
    @Test
    void goesWithTheOthersWhenItTakesLong() throws Exception {
        lookups.hurry();
        int usual = Niceness.get();
        Lookup<Boolean> busy = lookups.begin(LookupsTest::takeASecond).orElseThrow();
        assertThat(busy.await(LONG)).isTrue();

        assertThat(inQuestion()).isEqualTo(usual);
    }

    private static boolean takeASecond() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long end = threads.getCurrentThreadCpuTime() + TimeUnit.SECONDS.toNanos(1);
        while (threads.getCurrentThreadCpuTime() < end) {
            Thread.onSpinWait();
        }
        return true;
    }

    private int inQuestion() {
        Lookup<Integer> question = lookups.begin(Niceness::get).orElseThrow();
        assertThat(question.await(LONG)).isTrue();
        return Objects.requireNonNull(question.answer());
    }

    private static boolean mayGoFirst() {
        try {
            Niceness.set(Niceness.FIRST);
            return true;
        } catch (KernelException e) {
            return false;
        }
    }

    @Test
    void tellsAChoreThatAQuestionWaits() throws Exception {
        List<Boolean> told = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch asked = new CountDownLatch(1);
        Lookups.Chore chore = lookups.chore(() -> {
            told.add(lookups.isAsked());
            while (asked.getCount() > 0) {
                Thread.onSpinWait();
            }
            told.add(lookups.isAsked());
        });
        chore.ask();
        while (told.isEmpty()) {
            Thread.onSpinWait();
        }
        Lookup<Boolean> question = ask("question");
        asked.countDown();

        assertThat(question.await(LONG)).isTrue();
        assertThat(told).containsExactly(false, true);
    }

    @Test
    void doesAChoreThatIsAskedForAgainWhileItWaitsOnce() throws Exception {
        CountDownLatch busy = keepBusy();
        Lookups.Chore chore = lookups.chore(() -> done.add("chore"));
        chore.ask();
        chore.ask();

        busy.countDown();
        drain();
        chore.ask();
        drain();

        assertThat(done).containsExactly("chore", "chore");
    }

    @Test
    void doesAChoreThoughQuestionsNeverEnd() throws Exception {
        CountDownLatch busy = keepBusy();
        lookups.chore(() -> done.add("chore")).ask();
        List<Lookup<Boolean>> asked =
                IntStream.range(0, 200).mapToObj(i -> ask("question")).toList();

        busy.countDown();

        assertThat(asked.get(asked.size() - 1).await(LONG)).isTrue();
        assertThat(done.indexOf("chore")).isBetween(1, 20);
    }

    @Test
    void refusesWhatItHasNoPlaceFor() throws Exception {
        CountDownLatch busy = keepBusy();

        long begun = IntStream.range(0, 1000)
                .filter(i -> lookups.begin(() -> true).isPresent())
                .count();

        assertThat(begun).isEqualTo(256);
        busy.countDown();
        drain();
        assertThat(lookups.begin(() -> true)).isPresent();
    }

    @Test
    void goesOnAfterAChoreThatFailed() throws Exception {
        lookups.chore(() -> {
                    throw new IllegalStateException("for the test");
                })
                .ask();

        drain();

        assertThat(ask("question").await(LONG)).isTrue();
    }

    @Test
    void goesOnAfterAQuestionThatFailedForGood() throws Exception {
        Lookup<Boolean> failed = lookups.<Boolean>begin(() -> {
                    throw new AssertionError("for the test");
                })
                .orElseThrow();

        assertThat(failed.await(LONG)).isTrue();
        assertThat(failed.answer()).isNull();
        assertThat(ask("question").await(LONG)).isTrue();
    }

    private CountDownLatch keepBusy() throws InterruptedException {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        lookups.begin(() -> {
            begun.countDown();
            return busy.await(60, TimeUnit.SECONDS);
        });
        assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
        return busy;
    }

    private Lookup<Boolean> ask(String name) {
        return lookups.begin(() -> done.add(name)).orElseThrow();
    }

    /** Waits until all chores before have been done. */
    private void drain() throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        lookups.chore(end::countDown).ask();
        assertThat(end.await(60, TimeUnit.SECONDS)).isTrue();
    }
}
