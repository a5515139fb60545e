// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.scope;

import static io.nltap.agent.frame.Attribution.Role.NOTIFIED;
import static io.nltap.agent.frame.Attribution.Role.RECEIVED;
import static io.nltap.agent.frame.Attribution.Role.SENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.agent.frame.Attribution;
import io.nltap.agent.frame.Attribution.Role;
import io.nltap.agent.frame.Author;
import io.nltap.agent.frame.Confidence;
import io.nltap.agent.frame.ContainerName;
import io.nltap.agent.frame.Direction;
import io.nltap.agent.frame.FrameTag;
import io.nltap.agent.frame.Listeners;
import io.nltap.agent.scope.Scope.Surroundings;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScopeTest {
    private static final int OWN_PID = 999;
    private static final int ROUTE = 0;
    private static final int NEWLINK = 16;
    private static final int LINK_GROUP = 1;
    private static final String APP = "aa".repeat(32);
    private static final String SIDE = "bb".repeat(32);
    private static final String STRANGE = "cc".repeat(32);

    private static final Author.Process WEB = process(10, "uid-web", APP);
    private static final Author.Process WEB_SIDE = process(11, "uid-web", SIDE);
    private static final Author.Process CART = process(20, "uid-cart", STRANGE);
    private static final Author.Process KUBELET = new Author.Process(30, "kubelet", Optional.empty());
    private static final Author.Process SELF = new Author.Process(OWN_PID, "java", Optional.empty());

    private final FrameTag tag = new FrameTag();
    private List<Author.Process> listening = List.of();

    @BeforeEach
    void unicast() {
        tag.set(Direction.TO_KERNEL, 4711, 0, 0, 0, 0, 0);
    }

    @Test
    void keepsWhatAPodSendsAndIsAnswered() {
        Scope scope = shared(Subject.pod("uid-web", Set.of(APP)));

        assertThat(judge(scope, SENT, WEB)).isEqualTo(Verdict.KEEP);
        assertThat(judge(scope, RECEIVED, WEB)).isEqualTo(Verdict.KEEP);
        assertThat(judge(scope, SENT, WEB_SIDE)).isEqualTo(Verdict.KEEP);
    }

    @Test
    void leavesOutWhatOthersSendInTheSameNamespace() {
        Scope scope = shared(Subject.pod("uid-web", Set.of(APP)));

        assertThat(judge(scope, SENT, CART)).isEqualTo(Verdict.OUT_OF_SCOPE);
        assertThat(judge(scope, SENT, KUBELET)).isEqualTo(Verdict.OUT_OF_SCOPE);
        assertThat(judge(own(Subject.pod("uid-web", Set.of())), SENT, KUBELET)).isEqualTo(Verdict.OUT_OF_SCOPE);
    }

    @Test
    void knowsAPodWhoseCgroupHasAnotherNameByItsContainers() {
        Author.Process staticPod = process(12, "hash-of-the-manifest", APP);

        assertThat(judge(shared(Subject.pod("uid-web", Set.of(APP))), SENT, staticPod))
                .isEqualTo(Verdict.KEEP);
    }

    @Test
    void keepsOnlyTheContainersThatWereAskedFor() {
        Scope scope = own(Subject.containers("uid-web", Set.of(APP)));

        assertThat(judge(scope, SENT, WEB)).isEqualTo(Verdict.KEEP);
        assertThat(judge(scope, SENT, WEB_SIDE)).isEqualTo(Verdict.OUT_OF_SCOPE);
    }

    @Test
    void keepsOnlyTheProcessesThatWereAskedFor() {
        Scope scope = shared(Subject.processes("pids", Set.of(30, 7, 500)));

        assertThat(judge(scope, SENT, KUBELET)).isEqualTo(Verdict.KEEP);
        assertThat(judge(scope, SENT, WEB)).isEqualTo(Verdict.OUT_OF_SCOPE);
    }

    @Test
    void whatNobodyCanAttributeIsKeptWhereThePodIsAlone() {
        assertThat(judge(own(Subject.pod("uid-web", Set.of())), SENT, Author.UNKNOWN))
                .isEqualTo(Verdict.KEEP);
        assertThat(judge(own(Subject.pod("uid-web", Set.of())), SENT, Author.KERNEL))
                .isEqualTo(Verdict.KEEP);
        assertThat(judge(shared(Subject.pod("uid-web", Set.of())), SENT, Author.UNKNOWN))
                .isEqualTo(Verdict.OUT_OF_SCOPE);
        assertThat(judge(shared(Subject.pod("uid-web", Set.of())), SENT, Author.KERNEL))
                .isEqualTo(Verdict.OUT_OF_SCOPE);
    }

    @Test
    void aProcessThatEndedUnseenIsKeptWhereThePodIsAloneAndOneOfTheNodeIsNot() {
        Author.Process unseen = new Author.Process(40, "ip", Optional.empty(), false);
        Author.Process ofNode = new Author.Process(40, "ip", Optional.empty(), true);

        assertThat(judge(own(Subject.pod("uid-web", Set.of())), SENT, unseen)).isEqualTo(Verdict.KEEP);
        assertThat(judge(own(Subject.pod("uid-web", Set.of())), SENT, ofNode)).isEqualTo(Verdict.OUT_OF_SCOPE);
        assertThat(judge(shared(Subject.pod("uid-web", Set.of())), SENT, unseen))
                .isEqualTo(Verdict.OUT_OF_SCOPE);
    }

    @Test
    void thisProcessNeverAppears() {
        Scope everybody = own(Subject.everybody("all"));

        assertThat(judge(everybody, SENT, SELF)).isEqualTo(Verdict.OUT_OF_SCOPE);
        assertThat(judge(everybody, SENT, Author.OWN)).isEqualTo(Verdict.OUT_OF_SCOPE);
        notification();
        listening = List.of(WEB);
        assertThat(judge(everybody, NOTIFIED, SELF)).isEqualTo(Verdict.OUT_OF_SCOPE);
        assertThat(judge(everybody, NOTIFIED, Author.OWN)).isEqualTo(Verdict.OUT_OF_SCOPE);
    }

    @Test
    void aNotificationIsOfThoseWhoListenWhoeverCausedIt() {
        Scope scope = shared(Subject.pod("uid-web", Set.of()), Subject.pod("uid-cart", Set.of()));
        notification();
        listening = List.of(KUBELET, WEB);

        assertThat(judge(scope, NOTIFIED, KUBELET)).isEqualTo(Verdict.KEEP);
        assertThat(scope.isOf(0)).isTrue();
        assertThat(scope.isOf(1)).isFalse();
        assertThat(judge(scope, SENT, Author.KERNEL, Frames.T0 + 5_000_000)).isEqualTo(Verdict.KEEP);
    }

    @Test
    void aNotificationIsOfWhoCausedItToo() {
        Scope scope = shared(Subject.pod("uid-web", Set.of()));
        notification();
        listening = List.of(KUBELET);

        assertThat(judge(scope, NOTIFIED, WEB)).isEqualTo(Verdict.KEEP);
        assertThat(judge(scope, NOTIFIED, CART, Frames.T0 + 5_000_000)).isEqualTo(Verdict.OUT_OF_SCOPE);
    }

    @Test
    void aNotificationIsKeptWhereThePodIsAloneUntilItsListenerIsKnown() {
        Scope scope = own(Subject.pod("uid-web", Set.of()));
        notification();

        assertThat(judge(scope, NOTIFIED, KUBELET)).isEqualTo(Verdict.KEEP);
        listening = List.of(KUBELET);
        assertThat(judge(scope, NOTIFIED, KUBELET, Frames.T0 + 5_000_000)).isEqualTo(Verdict.OUT_OF_SCOPE);
    }

    @Test
    void aNotificationToThreeListenersIsKeptOnce() {
        Scope scope = own(Subject.pod("uid-web", Set.of()));
        notification();

        assertThat(judge(scope, NOTIFIED, WEB, Frames.T0)).isEqualTo(Verdict.KEEP);
        assertThat(judge(scope, NOTIFIED, WEB, Frames.T0 + 2_000)).isEqualTo(Verdict.DUPLICATE);
        assertThat(judge(scope, NOTIFIED, WEB, Frames.T0 + 4_000)).isEqualTo(Verdict.DUPLICATE);
    }

    @Test
    void theSameNewsAgainIsNoCopy() {
        Scope scope = own(Subject.pod("uid-web", Set.of()));
        notification();

        assertThat(judge(scope, NOTIFIED, WEB, Frames.T0)).isEqualTo(Verdict.KEEP);
        assertThat(judge(scope, NOTIFIED, WEB, Frames.T0 + 3_000_000)).isEqualTo(Verdict.KEEP);
    }

    @Test
    void theSameRequestTwiceIsNoCopy() {
        Scope scope = own(Subject.pod("uid-web", Set.of()));

        assertThat(judge(scope, SENT, WEB)).isEqualTo(Verdict.KEEP);
        assertThat(judge(scope, SENT, WEB)).isEqualTo(Verdict.KEEP);
    }

    @Test
    void tellsWhatTheFilterLeavesOutFromWhatIsOfOthers() {
        FrameFilter generic = new FrameFilter(Set.of(16), List.of(), true, Optional.empty());
        Scope scope = new Scope(Surroundings.SHARED, generic, (protocol, group) -> listening, OWN_PID);
        scope.setSubjects(List.of(Subject.pod("uid-web", Set.of())));

        assertThat(judge(scope, SENT, WEB)).isEqualTo(Verdict.FILTERED);
        assertThat(judge(scope, SENT, CART)).isEqualTo(Verdict.OUT_OF_SCOPE);
    }

    @Test
    void whatNobodyButThisProcessHearsIsOverheardAndNotKept() {
        Scope scope = listeningItself(Surroundings.OWN, Subject.pod("uid-web", Set.of()));
        notification();

        assertThat(judge(scope, NOTIFIED, WEB, Frames.T0)).isEqualTo(Verdict.OVERHEARD);
        assertThat(judge(scope, NOTIFIED, Author.KERNEL, Frames.T0 + 5_000_000)).isEqualTo(Verdict.OVERHEARD);
        assertThat(judge(scope, NOTIFIED, KUBELET, Frames.T0 + 10_000_000)).isEqualTo(Verdict.OUT_OF_SCOPE);
        assertThat(judge(scope, NOTIFIED, Author.OWN, Frames.T0 + 15_000_000)).isEqualTo(Verdict.OUT_OF_SCOPE);
    }

    @Test
    void ofANamespaceOfManyOnlyWhatItsProcessesCausedIsOverheard() {
        Scope scope = listeningItself(Surroundings.SHARED, Subject.pod("uid-web", Set.of()));
        notification();

        assertThat(judge(scope, NOTIFIED, WEB, Frames.T0)).isEqualTo(Verdict.OVERHEARD);
        assertThat(judge(scope, NOTIFIED, CART, Frames.T0 + 5_000_000)).isEqualTo(Verdict.OUT_OF_SCOPE);
        assertThat(judge(scope, NOTIFIED, Author.KERNEL, Frames.T0 + 10_000_000))
                .isEqualTo(Verdict.OUT_OF_SCOPE);
    }

    @Test
    void theCopyOfOneWhoHasJustBegunToListenIsKeptOnce() {
        Scope scope = listeningItself(Surroundings.OWN, Subject.pod("uid-web", Set.of()));
        notification();

        assertThat(judge(scope, NOTIFIED, WEB, Frames.T0)).isEqualTo(Verdict.OVERHEARD);
        unicast();
        assertThat(judge(scope, SENT, WEB, Frames.T0 + 1_000)).isEqualTo(Verdict.KEEP);
        notification();
        assertThat(judge(scope, NOTIFIED, WEB, Frames.T0 + 2_000)).isEqualTo(Verdict.KEEP);
        assertThat(judge(scope, NOTIFIED, WEB, Frames.T0 + 4_000)).isEqualTo(Verdict.DUPLICATE);
    }

    @Test
    void theCopyOfAnotherNltapIsNobodys() {
        Scope scope = new Scope(
                Surroundings.OWN,
                FrameFilter.EVERYTHING,
                ownSockets(2),
                OWN_PID,
                (protocol, group, nanos) -> group == LINK_GROUP);
        scope.setSubjects(List.of(Subject.everybody("all")));
        notification();

        assertThat(judge(scope, NOTIFIED, WEB, Frames.T0)).isEqualTo(Verdict.OVERHEARD);
        assertThat(judge(scope, NOTIFIED, WEB, Frames.T0 + 1_000)).isEqualTo(Verdict.OUT_OF_SCOPE);
        assertThat(judge(scope, NOTIFIED, WEB, Frames.T0 + 2_000)).isEqualTo(Verdict.KEEP);
        assertThat(judge(scope, NOTIFIED, WEB, Frames.T0 + 3_000)).isEqualTo(Verdict.DUPLICATE);
    }

    @Test
    void norIsItWhereThisProcessDoesNotListen() {
        Scope scope = new Scope(Surroundings.OWN, FrameFilter.EVERYTHING, ownSockets(1), OWN_PID);
        scope.setSubjects(List.of(Subject.everybody("all")));
        notification();

        assertThat(judge(scope, NOTIFIED, WEB, Frames.T0)).isEqualTo(Verdict.OVERHEARD);
        assertThat(judge(scope, NOTIFIED, WEB, Frames.T0 + 1_000)).isEqualTo(Verdict.KEEP);
    }

    @Test
    void afterThisProcessHasStoppedListeningItIsSomebodyElse() {
        Scope scope = new Scope(
                Surroundings.OWN,
                FrameFilter.EVERYTHING,
                (protocol, group) -> List.of(),
                OWN_PID,
                (protocol, group, nanos) -> nanos <= 7);
        scope.setSubjects(List.of(Subject.everybody("all")));

        tag.set(Direction.TO_USER, 0, LINK_GROUP, 0, 0, 0, 7);
        assertThat(judge(scope, NOTIFIED, WEB, Frames.T0)).isEqualTo(Verdict.OVERHEARD);
        tag.set(Direction.TO_USER, 0, LINK_GROUP, 0, 0, 0, 8);
        assertThat(judge(scope, NOTIFIED, WEB, Frames.T0 + 5_000_000)).isEqualTo(Verdict.KEEP);
    }

    private static Listeners ownSockets(int count) {
        return new Listeners() {
            @Override
            public List<Author.Process> of(int protocol, int group) {
                return List.of();
            }

            @Override
            public int ownSockets(int protocol, int group) {
                return count;
            }
        };
    }

    @Test
    void whatOthersHearTooIsKeptOnceAndTheCopyForThisProcessIsNobodys() {
        Scope scope = listeningItself(Surroundings.OWN, Subject.pod("uid-web", Set.of()));
        notification();
        listening = List.of(WEB, WEB_SIDE);

        assertThat(judge(scope, NOTIFIED, Author.KERNEL, Frames.T0)).isEqualTo(Verdict.KEEP);
        assertThat(judge(scope, NOTIFIED, Author.KERNEL, Frames.T0 + 2_000)).isEqualTo(Verdict.OUT_OF_SCOPE);
        assertThat(judge(scope, NOTIFIED, Author.KERNEL, Frames.T0 + 4_000)).isEqualTo(Verdict.DUPLICATE);
    }

    private Scope listeningItself(Surroundings surroundings, Subject... subjects) {
        Scope scope = new Scope(
                surroundings,
                FrameFilter.EVERYTHING,
                (protocol, group) -> listening,
                OWN_PID,
                (protocol, group, nanos) -> protocol == ROUTE && group == LINK_GROUP);
        scope.setSubjects(List.of(subjects));
        return scope;
    }

    private void notification() {
        tag.set(Direction.TO_USER, 0, LINK_GROUP, 0, 0, 0, 0);
    }

    private Scope own(Subject... subjects) {
        return scope(Surroundings.OWN, subjects);
    }

    private Scope shared(Subject... subjects) {
        return scope(Surroundings.SHARED, subjects);
    }

    private Scope scope(Surroundings surroundings, Subject... subjects) {
        Scope scope = new Scope(surroundings, FrameFilter.EVERYTHING, (protocol, group) -> listening, OWN_PID);
        scope.setSubjects(List.of(subjects));
        return scope;
    }

    private Verdict judge(Scope scope, Role role, Author author) {
        return judge(scope, role, author, Frames.T0);
    }

    private Verdict judge(Scope scope, Role role, Author author, long time) {
        return scope.judge(
                Frames.message(ROUTE, NEWLINK).at(time),
                tag,
                true,
                new Attribution(role, author, Confidence.EXACT, ""));
    }

    private static Author.Process process(int pid, String podUid, String containerId) {
        return new Author.Process(
                pid,
                "ip",
                Optional.of(new ContainerName(
                        Optional.of(podUid), Optional.empty(), Optional.of(containerId), Optional.empty())));
    }
}
