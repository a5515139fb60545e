// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.agent.process.PodLocation;
import io.nltap.api.v1alpha1.Counters;
import io.nltap.api.v1alpha1.NodeTarget;
import io.nltap.api.v1alpha1.TargetStatus;
import io.nltap.api.v1alpha1.TargetStatus.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TargetLedgerTest {
    private static final long A = 4026532201L;
    private static final long B = 4026532302L;
    private static final NodeTarget WEB = NodeTarget.pod("web-0", "uid-web", List.of());
    private static final NodeTarget DB = NodeTarget.pod("db-0", "uid-db", List.of());
    private static final PodLocation ABSENT = new PodLocation.Absent();
    private static final Counters SOME = Counters.of(10, 20, 3000, 1, 2);
    private static final TapCounters COUNTED =
            new TapCounters(SOME, Map.of(WEB.podUid(), SOME, DB.podUid(), SOME), List.of());

    private static final Instant T0 = Instant.parse("2026-03-01T12:00:00Z");

    private Instant time = T0;
    private final TargetLedger ledger = new TargetLedger(() -> time);
    private long scan;
    private long now;

    @Test
    void waitsForAPodThatIsNotThereYet() {
        TapPlan plan = tick(Map.of(WEB, ABSENT));

        assertThat(plan).isEqualTo(new TapPlan(List.of(), Set.of()));
        assertThat(status(WEB).state()).isEqualTo(State.WAITING);
        assertThat(status(WEB).since()).isNull();
        assertThat(ledger.waiting()).containsExactly("web-0");
    }

    @Test
    void opensOneTapForAllPodsOfANamespace() {
        TapPlan plan = tick(Map.of(WEB, found(7, A), DB, found(8, A)));

        assertThat(plan.open()).hasSize(1);
        assertThat(plan.open().get(0).netns()).isEqualTo(A);
        assertThat(plan.open().get(0).pods()).containsExactlyInAnyOrder(WEB, DB);
    }

    @Test
    void opensOneTapForEachNamespace() {
        TapPlan plan = tick(Map.of(WEB, found(7, A), DB, found(8, B)));

        assertThat(plan.open()).extracting(TapPlan.Opening::netns).containsExactlyInAnyOrder(A, B);
    }

    @Test
    void doesNotOpenWhatIsOpen() {
        tickAndOpen(Map.of(WEB, found(7, A)));

        TapPlan plan = tick(Map.of(WEB, found(7, A)));

        assertThat(plan.open()).isEmpty();
        assertThat(plan.close()).isEmpty();
        assertThat(status(WEB).state()).isEqualTo(State.CAPTURING);
        assertThat(status(WEB).netns()).isEqualTo(A);
    }

    @Test
    void capturesAPodThatJoinsANamespaceWithATap() {
        tickAndOpen(Map.of(WEB, found(7, A)));

        TapPlan plan = tick(Map.of(WEB, found(7, A), DB, found(8, A)));

        assertThat(plan.open()).isEmpty();
        assertThat(status(DB).state()).isEqualTo(State.CAPTURING);
    }

    @Test
    void tellsSinceWhenAPodIsCaptured() {
        tickAndOpen(Map.of(WEB, found(7, A), DB, ABSENT));
        time = T0.plusSeconds(60);
        tickAndOpen(Map.of(WEB, found(9, B), DB, found(8, B)));

        assertThat(status(WEB).since()).isEqualTo("2026-03-01T12:00:00Z");
        assertThat(status(DB).since()).isEqualTo("2026-03-01T12:01:00Z");
    }

    @Test
    void letsGoOfANamespaceWithoutProcesses() {
        tickAndOpen(Map.of(WEB, found(7, A)));
        tick(Map.of(WEB, ABSENT));

        TapPlan plan = tick(Map.of(WEB, ABSENT));
        ledger.closed(A, COUNTED);

        assertThat(plan.close()).containsExactly(A);
        assertThat(status(WEB).state()).isEqualTo(State.GONE);
        assertThat(status(WEB).counters()).isEqualTo(SOME);
        assertThat(status(WEB).netns()).isEqualTo(A);
        assertThat(ledger.isOpen()).isFalse();
    }

    @Test
    void doesNotBelieveASingleScanThatMissesAPod() {
        tickAndOpen(Map.of(WEB, found(7, A)));
        tick(Map.of(WEB, ABSENT));

        TapPlan sameScan = ledger.plan(List.of(WEB), Map.of("uid-web", ABSENT), scan, now);
        TapPlan back = tick(Map.of(WEB, found(9, A)));

        assertThat(sameScan.close()).isEmpty();
        assertThat(back.close()).isEmpty();
        assertThat(status(WEB).state()).isEqualTo(State.CAPTURING);
    }

    @Test
    void followsAPodIntoItsNewNamespaceAndKeepsItsCounts() {
        tickAndOpen(Map.of(WEB, found(7, A)));

        TapPlan plan = tick(Map.of(WEB, found(9, B)));
        ledger.closed(A, COUNTED);
        ledger.opened(B);

        assertThat(plan.close()).containsExactly(A);
        assertThat(plan.open()).extracting(TapPlan.Opening::netns).containsExactly(B);
        assertThat(ledger.statuses(Map.of(B, COUNTED)).get(0).counters()).isEqualTo(SOME.plus(SOME));
    }

    @Test
    void followsAPodIntoANamespaceThatIsTappedAlready() {
        tickAndOpen(Map.of(WEB, found(7, A), DB, found(8, B)));

        TapPlan plan = tick(Map.of(WEB, found(9, B), DB, found(8, B)));
        ledger.closed(A, COUNTED);
        tick(Map.of(WEB, found(9, B), DB, found(8, B)));

        assertThat(plan.close()).containsExactly(A);
        assertThat(status(WEB).counters()).isEqualTo(SOME);
        assertThat(status(WEB).state()).isEqualTo(State.CAPTURING);
    }

    @Test
    void endsAPodThatIsNotWantedAnyMore() {
        tickAndOpen(Map.of(WEB, found(7, A), DB, found(8, B)));

        TapPlan plan = tick(Map.of(DB, found(8, B)));
        ledger.closed(A, COUNTED);

        assertThat(plan.close()).containsExactly(A);
        assertThat(status(WEB).state()).isEqualTo(State.ENDED);
        assertThat(status(WEB).counters()).isEqualTo(SOME);
    }

    @Test
    void forgetsAPodThatWasNeverThere() {
        tick(Map.of(WEB, ABSENT));

        tick(Map.of());

        assertThat(ledger.statuses(Map.of())).isEmpty();
    }

    @Test
    void triesAFailedTapAgainLater() {
        tick(Map.of(WEB, found(7, A)));
        ledger.failed(A, "no memory", now);

        TapPlan soon = tick(Map.of(WEB, found(7, A)));
        TargetStatus failed = status(WEB);
        now += TargetLedger.RETRY_AFTER.toNanos();
        TapPlan later = tick(Map.of(WEB, found(7, A)));

        assertThat(soon.open()).isEmpty();
        assertThat(failed.state()).isEqualTo(State.FAILED);
        assertThat(failed.message()).isEqualTo("no memory");
        assertThat(ledger.everythingFailed()).contains("no memory");
        assertThat(later.open()).hasSize(1);
    }

    @Test
    void tapsAgainWhatWasLostWhileProcessesAreLeft() {
        tickAndOpen(Map.of(WEB, found(7, A)));
        ledger.lost(A, COUNTED, now);

        TapPlan atOnce = tick(Map.of(WEB, found(7, A)));
        now += Duration.ofSeconds(1).toNanos();
        TapPlan later = tick(Map.of(WEB, found(7, A)));
        ledger.opened(A);

        assertThat(atOnce.open()).isEmpty();
        assertThat(later.open()).hasSize(1);
        assertThat(status(WEB).counters()).isEqualTo(SOME);
    }

    @Test
    void refusesAPodOnTheHostNetworkOnceThatIsCertain() {
        tick(Map.of(WEB, new PodLocation.OnHostNetwork(7, 4026531840L)));
        TargetStatus first = status(WEB);
        now += TargetLedger.HOST_NETWORK_GRACE.toNanos();

        tick(Map.of(WEB, new PodLocation.OnHostNetwork(7, 4026531840L)));

        assertThat(first.state()).isEqualTo(State.WAITING);
        assertThat(status(WEB).state()).isEqualTo(State.FAILED);
        assertThat(status(WEB).message()).contains("hostNetwork: true");
    }

    @Test
    void capturesAPodWhoseFirstProcessPassedThroughTheHost() {
        tick(Map.of(WEB, new PodLocation.OnHostNetwork(7, 4026531840L)));
        now += Duration.ofSeconds(1).toNanos();

        TapPlan plan = tick(Map.of(WEB, found(7, A)));

        assertThat(plan.open()).hasSize(1);
    }

    @Test
    void namesTheCapabilityItNeedsToSeeNamespaces() {
        tick(Map.of(WEB, new PodLocation.Unreadable("/proc/7/ns/net")));

        assertThat(status(WEB).message()).contains("/proc/7/ns/net").contains("SYS_PTRACE");
        assertThat(ledger.everythingFailed()).isPresent();
    }

    @Test
    void saysWhichPodsWereCapturedToTheEnd() {
        tickAndOpen(Map.of(WEB, found(7, A), DB, ABSENT));

        ledger.end();

        assertThat(status(WEB).state()).isEqualTo(State.ENDED);
        assertThat(status(DB).state()).isEqualTo(State.WAITING);
    }

    private TapPlan tick(Map<NodeTarget, PodLocation> locations) {
        scan++;
        Map<String, PodLocation> byUid = locations.entrySet().stream()
                .collect(Collectors.toMap(entry -> entry.getKey().podUid(), Map.Entry::getValue));
        return ledger.plan(List.copyOf(locations.keySet()), byUid, scan, now);
    }

    private void tickAndOpen(Map<NodeTarget, PodLocation> locations) {
        tick(locations).open().forEach(opening -> ledger.opened(opening.netns()));
    }

    private TargetStatus status(NodeTarget pod) {
        return ledger.statuses(Map.of()).stream()
                .filter(status -> status.podUid().equals(pod.podUid()))
                .findFirst()
                .orElseThrow();
    }

    private static PodLocation found(int pid, long netns) {
        return new PodLocation.Found(pid, netns);
    }
}
