// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.agent.linux.KernelException;
import io.nltap.agent.linux.Niceness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
    void goesBeforeOthersOfTheMachineWhereItMay() throws Exception {
        List<Integer> niceness = new ArrayList<>();
        Thread other = new Thread(() -> niceness.add(mayGoFirst() ? Niceness.FIRST : Niceness.USUAL));
        other.start();
        other.join();

        Lookup<Boolean> question =
                lookups.begin(() -> niceness.add(ownNiceness())).orElseThrow();

        assertThat(question.await(LONG)).isTrue();
        assertThat(niceness).hasSize(2);
        assertThat(niceness.get(1)).isEqualTo(niceness.get(0));
        assertThat(ownNiceness()).isEqualTo(Niceness.USUAL);
    }

    private static boolean mayGoFirst() {
        try {
            Niceness.set(Niceness.FIRST);
            return true;
        } catch (KernelException e) {
            return false;
        }
    }

    /** {@code (19) nice} of proc(5); before it, in brackets, there may be anything. */
    private static int ownNiceness() throws IOException {
        String stat = Files.readString(Path.of("/proc/thread-self/stat"));
        return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19 - 3]);
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
