// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nltap.agent.metrics.AgentCounter;
import io.nltap.agent.metrics.AgentCounters;
import io.nltap.agent.session.NodeCaptureRef;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import io.nltap.api.v1alpha1.NodePhase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StatusWriterTest {
    private static final NodeCaptureRef REF = new NodeCaptureRef("nltap", "one", "uid-1");
    private static final NodeCaptureRef OTHER = new NodeCaptureRef("nltap", "other", "uid-2");

    private final ApiServer server = new ApiServer();
    private final AgentCounters counters = new AgentCounters();
    private final AtomicLong clock = new AtomicLong();
    private final StatusWriter writer = new StatusWriter(server, clock::get, counters);

    @BeforeEach
    void start() {
        writer.start();
    }

    @AfterEach
    void close() {
        writer.close();
    }

    @Test
    void writesAChangeOfPhaseAtOnceAndOtherChangesOnceASecond() {
        writer.write(REF, status(NodePhase.PENDING, 0));
        server.awaitCalls(1);
        writer.write(REF, status(NodePhase.CAPTURING, 0));
        server.awaitCalls(2);
        for (int generation = 1; generation < 50; generation++) {
            writer.write(REF, status(NodePhase.CAPTURING, generation));
        }
        List<String> beforeTheSecondIsOver = List.copyOf(server.calls);
        clock.addAndGet(Duration.ofSeconds(2).toNanos());
        writer.write(OTHER, status(NodePhase.PENDING, 0)); // wakes it, as it sleeps by the real clock
        server.awaitCalls(4);

        assertThat(beforeTheSecondIsOver).containsExactly("one PENDING 0", "one CAPTURING 0");
        assertThat(server.calls)
                .containsExactlyInAnyOrder("one PENDING 0", "one CAPTURING 0", "one CAPTURING 49", "other PENDING 0");
    }

    @Test
    void doesNotRepeatItself() {
        writer.write(REF, status(NodePhase.PENDING, 0));
        server.awaitCalls(1);
        clock.addAndGet(Duration.ofSeconds(2).toNanos());

        writer.write(REF, status(NodePhase.PENDING, 0));
        writer.write(OTHER, status(NodePhase.PENDING, 0));
        server.awaitCalls(2);

        assertThat(server.calls).containsExactly("one PENDING 0", "other PENDING 0");
    }

    @Test
    void removesTheFinalizerOnlyAfterTheLastStatus() {
        writer.finish(REF, status(NodePhase.DONE, 0));
        server.awaitCalls(2);

        assertThat(server.calls).containsExactly("one DONE 0", "one released");
    }

    @Test
    void triesAgainAndWritesWhatIsNewestByThen() {
        server.away = true;
        writer.write(REF, status(NodePhase.CAPTURING, 0));
        await().until(() -> counters.get(AgentCounter.STATUS_WRITES_FAILED) == 1);
        writer.write(REF, status(NodePhase.UPLOADING, 0));
        writer.finish(REF, status(NodePhase.DONE, 0));
        server.away = false;
        clock.addAndGet(Duration.ofMinutes(1).toNanos());
        server.awaitCalls(2);

        assertThat(server.calls).containsExactly("one DONE 0", "one released");
    }

    @Test
    void goesOnWithOthersWhileOneFails() {
        server.broken = "one";
        writer.write(REF, status(NodePhase.CAPTURING, 0));
        writer.write(OTHER, status(NodePhase.CAPTURING, 0));

        server.awaitCalls(1);

        assertThat(server.calls).containsExactly("other CAPTURING 0");
    }

    @Test
    void forgetsWhatIsGone() throws InterruptedException {
        server.gone = "one";
        writer.finish(REF, status(NodePhase.DONE, 0));

        assertThat(writer.flush(Duration.ofSeconds(10))).isTrue();
        assertThat(server.calls).isEmpty();
    }

    @Test
    void saysWhenTheLastWordsCouldNotBeWritten() throws InterruptedException {
        server.away = true;
        writer.write(REF, status(NodePhase.UPLOADING, 0));

        assertThat(writer.flush(Duration.ofMillis(200))).isFalse();
    }

    @Test
    void hurriesAtTheEnd() throws InterruptedException {
        writer.write(REF, status(NodePhase.CAPTURING, 0));
        server.awaitCalls(1);
        writer.write(REF, status(NodePhase.CAPTURING, 1));

        assertThat(writer.flush(Duration.ofSeconds(10))).isTrue();
        assertThat(server.calls).containsExactly("one CAPTURING 0", "one CAPTURING 1");
    }

    private static NodeCaptureStatus status(NodePhase phase, long generation) {
        return new NodeCaptureStatus(
                generation, phase, null, null, null, null, null, null, null, null, null, null, null);
    }

    private static final class ApiServer implements NodeCaptureStore {
        private final List<String> calls = new CopyOnWriteArrayList<>();
        private volatile boolean away;
        private volatile String broken = "";
        private volatile String gone = "";

        @Override
        public Outcome writeStatus(NodeCaptureRef ref, NodeCaptureStatus status) throws UnreachableException {
            return call(ref, status.phase() + " " + status.observedGeneration());
        }

        @Override
        public Outcome removeFinalizer(NodeCaptureRef ref) throws UnreachableException {
            return call(ref, "released");
        }

        private Outcome call(NodeCaptureRef ref, String what) throws UnreachableException {
            if (away || ref.name().equals(broken)) {
                throw new UnreachableException("connection refused", new IllegalStateException());
            }
            if (ref.name().equals(gone)) {
                return Outcome.GONE;
            }
            calls.add(ref.name() + " " + what);
            return Outcome.DONE;
        }

        private void awaitCalls(int count) {
            await().atMost(Duration.ofSeconds(20)).until(() -> calls.size() >= count);
        }
    }
}
