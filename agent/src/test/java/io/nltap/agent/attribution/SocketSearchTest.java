// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.agent.attribution.SheetHistory.Sighting;
import io.nltap.agent.frame.Author;
import io.nltap.agent.frame.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketSearchTest {
    private static final long NETNS = 4026532101L;
    private static final long ELSEWHERE = 4026532999L;
    private static final long PIDNS = 4026531836L;
    private static final long INNER_PIDNS = 4026532200L;
    private static final int ROUTE = 0;
    private static final long NOW_NANOS = 100_000_000_000L;
    private static final SocketSheet CLOSED = new SocketSheet(List.of(), NOW_NANOS);
    private static final long RANDOM = 2_759_641_312L;
    private static final long SECOND = 1_000_000_000L;
    private static final long MILLI = 1_000_000L;
    private static final int OWN = 99;
    /** The machine has been up for 100 seconds. */
    private static final long NOW = 100 * SECOND;

    @TempDir
    Path proc;

    private final FakeProcesses processes = new FakeProcesses();
    private final EndedProcesses ended = new EndedProcesses(100, 0);
    private SocketSearch search;
    private long clock = NOW;

    @BeforeEach
    void makeSearch() throws IOException {
        Files.writeString(proc.resolve("uptime"), "100.00 1.00\n");
        ProcessTicks ticks = ProcessTicks.of(proc, NOW);
        search = new SocketSearch(
                NETNS,
                processes,
                new Owners(processes, ended, ticks, () -> {}, OWN),
                new SocketHolders(proc, processes, ticks, () -> clock),
                ended,
                ticks,
                () -> {});
    }

    private Finding find(int protocol, long portId, SocketSheet open, long nanos) {
        return search.find(
                protocol, portId, new Sighting(open.inode(KnownSocket.key(protocol, portId)), true), open, nanos);
    }

    /** Who holds a socket that is open a second later, and speaks then. */
    private Finding findLater(long portId, long inode) {
        clock = NOW + SECOND;
        return find(
                ROUTE, portId, new SocketSheet(List.of(new NetlinkTable.Row(ROUTE, portId, 0, inode)), clock), clock);
    }

    @Test
    void findsWhoHoldsAnOpenSocket() throws IOException {
        living(700, 700, NETNS, PIDNS, 90);
        hold(700, 4711);

        assertFound(find(ROUTE, RANDOM, open(RANDOM), NOW), 700, Grounds.HOLDS_SOCKET);
    }

    @Test
    void findsWhoCarriedASocketFromAnotherNamespace() throws IOException {
        living(700, 700, ELSEWHERE, PIDNS, 90);
        hold(700, 4711);

        assertFound(find(ROUTE, RANDOM, open(RANDOM), NOW), 700, Grounds.HOLDS_SOCKET);
    }

    @Test
    void namesNobodyWhenAChildHoldsTheSocketToo() throws IOException {
        living(700, 700, NETNS, PIDNS, 90);
        child(701, 700);
        hold(700, 4711);
        hold(701, 4711);

        assertThat(find(ROUTE, 700, open(700), NOW)).isEqualTo(Finding.Nobody.SEVERAL_HOLDERS);
    }

    @Test
    void readsWhatAParentHoldsOnceForAllThatItsChildOpensLater() throws IOException {
        living(700, 700, NETNS, PIDNS, 90);
        child(701, 700);
        hold(700, 4700);
        hold(701, 4711);
        find(ROUTE, 701, open(701), NOW);

        // What no child can have of its parent, for it is younger than both.
        hold(700, 4712);
        hold(701, 4712);

        assertFound(findLater(701, 4712), 701, Grounds.HOLDS_SOCKET);
    }

    @Test
    void looksOnlyAtTheYoungestWhileSomebodyWaits() throws IOException {
        living(700, 700, NETNS, PIDNS, 80);
        hold(700, 4711);
        for (int pid = 800; pid < 810; pid++) {
            living(pid, pid, NETNS, PIDNS, 90);
        }

        search.look(RANDOM, 4711, NOW, () -> true);
        Files.delete(proc.resolve("700/fd/11"));

        assertThat(find(ROUTE, RANDOM, open(RANDOM), NOW)).isInstanceOf(Finding.Nobody.class);
    }

    /** As a daemon's helper that lives on by itself. */
    @Test
    void namesNobodyWhenOneWhoWasLookedAtBeforeHoldsTheSocketTooThoughTheyAreNoRelatives() throws IOException {
        living(700, 700, NETNS, PIDNS, 90);
        living(800, 800, NETNS, PIDNS, 90);
        hold(800, 4711);
        hold(700, 4711);
        search.look(700, 4711, NOW - SECOND, () -> false);
        search.look(RANDOM, 4800, NOW - SECOND, () -> false); // looks at all

        assertThat(findLater(700, 4711)).isEqualTo(Finding.Nobody.SEVERAL_HOLDERS);
    }

    @Test
    void namesNobodyWhenAChildWasBornWithTheSocketAfterItsParentWasLookedAt() throws IOException {
        living(700, 700, NETNS, PIDNS, 90);
        hold(700, 4711);
        search.look(700, 4711, NOW, () -> false);
        child(701, 700);
        hold(701, 4711);

        assertThat(findLater(700, 4711)).isEqualTo(Finding.Nobody.SEVERAL_HOLDERS);
    }

    @Test
    void doesNotTakeThePortIdForProofWhileTheSocketIsOpen() throws IOException {
        living(700, 700, NETNS, PIDNS, 90);
        living(800, 800, NETNS, PIDNS, 90);
        hold(800, 4711);

        assertFound(find(ROUTE, 700, open(700), NOW), 800, Grounds.HOLDS_SOCKET);
    }

    @Test
    void doesNotTakeAProcessThatBeganLater() throws IOException {
        living(700, 700, NETNS, PIDNS, 99);
        hold(700, 4711);

        assertThat(find(ROUTE, 700, open(700), NOW - 10 * SECOND)).isEqualTo(Finding.Nobody.NO_HOLDER);
    }

    @Test
    void findsACommandThatHasEnded() {
        endedCommand(700, 1, NOW - 10 * MILLI, NOW - 5 * MILLI);

        assertFound(find(ROUTE, 700, CLOSED, NOW - 7 * MILLI), 700, Grounds.PORT_ID_AND_LIFETIME);
    }

    @Test
    void findsAnEndedCommandThatUsedLibnl() {
        endedCommand(700, 1, NOW - 10 * MILLI, NOW - 5 * MILLI);

        assertFound(find(ROUTE, 700 + (3L << 22), CLOSED, NOW - 7 * MILLI), 700, Grounds.PORT_ID_AND_LIFETIME);
    }

    @Test
    void tellsCommandsApartThatHadTheSameProcessId() {
        endedCommand(700, 1, NOW - 9 * SECOND, NOW - 8 * SECOND);
        endedCommand(700, 2, NOW - SECOND, NOW - 5 * MILLI);

        assertThat(found(find(ROUTE, 700, CLOSED, NOW - 8500 * MILLI)).owner().author())
                .isEqualTo(Author.Process.at(700, "ip1", Optional.empty()));
        assertThat(found(find(ROUTE, 700, CLOSED, NOW - 500 * MILLI)).owner().author())
                .isEqualTo(Author.Process.at(700, "ip2", Optional.empty()));
    }

    @Test
    void findsWhoCarriedAClosedSocketAwayWhenNobodyHereHadTheNumber() {
        ended.add(new EndedProcess(700, 1, "ip", NOW - 10 * MILLI, NOW, Optional.empty(), 700, false, ELSEWHERE));

        assertFound(find(ROUTE, 700, CLOSED, NOW - 5 * MILLI), 700, Grounds.PORT_ID_AND_LIFETIME);
    }

    @Test
    void namesNobodyWhenSeveralElsewhereHadTheNumber() {
        living(600, 5, ELSEWHERE, INNER_PIDNS, 50);
        living(800, 5, ELSEWHERE + 1, INNER_PIDNS + 1, 50);

        assertThat(find(ROUTE, 5, CLOSED, NOW)).isEqualTo(Finding.Nobody.AMBIGUOUS);
    }

    @Test
    void namesNobodyWhileAChildThatIsTheSameProgramMayHaveSpoken() {
        ended.add(new EndedProcess(
                701, 700, "python3", NOW - 300 * MILLI, NOW - 200 * MILLI, Optional.empty(), 701, false, 0));
        ended.add(new EndedProcess(
                700, 1, "python3", NOW - 500 * MILLI, NOW - 5 * MILLI, Optional.empty(), 700, false, 0));

        assertThat(find(ROUTE, 700, CLOSED, NOW - 250 * MILLI)).isEqualTo(Finding.Nobody.AMBIGUOUS);
        assertFound(find(ROUTE, 700, CLOSED, NOW - 400 * MILLI), 700, Grounds.PORT_ID_AND_LIFETIME);
        assertFound(find(ROUTE, 700, CLOSED, NOW - 100 * MILLI), 700, Grounds.PORT_ID_AND_LIFETIME);
    }

    @Test
    void remembersWhoWasSeenWithASocketThatIsGone() throws IOException {
        living(700, 700, NETNS, PIDNS, 90);
        hold(700, 4711);
        search.look(RANDOM, 4711, NOW - MILLI, () -> false);
        processes.endAll();
        ended.add(new EndedProcess(
                700, 1, "daemon", NOW - 10 * SECOND, NOW + MILLI, Optional.empty(), 700, false, NETNS));

        Finding finding = search.find(ROUTE, RANDOM, new Sighting(4711, false), CLOSED, NOW);

        assertFound(finding, 700, Grounds.HOLDS_SOCKET);
        assertThat(found(finding).owner().isOver()).isTrue();
        assertThat(found(finding).owner().lived(NOW)).isTrue();
    }

    @Test
    void namesNobodyWhenAnotherMayHaveTakenThePortIdOfASocketThatIsGone() throws IOException {
        living(700, 7, NETNS, INNER_PIDNS, 90);
        hold(700, 4711);
        search.look(7, 4711, NOW - 2 * MILLI, () -> false);
        living(800, 7, NETNS, INNER_PIDNS + 1, 90);

        assertThat(search.find(ROUTE, 7, new Sighting(4711, false), CLOSED, NOW))
                .isEqualTo(Finding.Nobody.AMBIGUOUS);
        assertFound(search.find(ROUTE, 7, new Sighting(4711, true), CLOSED, NOW), 700, Grounds.HOLDS_SOCKET);
    }

    @Test
    void doesNotTakeAThreadOfTheKernelForASender() {
        processes.put(new ProcessIdentity(2, 2, 0, 1, "kthreadd", Optional.empty(), NETNS, PIDNS, true));

        assertThat(find(ROUTE, 2, CLOSED, NOW)).isEqualTo(Finding.Nobody.NO_HOLDER);
    }

    @Test
    void namesNobodyWhenAnInnerProcessMayHaveHadTheSameNumber() {
        living(600, 1, NETNS, INNER_PIDNS, 50);
        ended.add(new EndedProcess(1000, 600, "ip", NOW - 10 * MILLI, NOW, Optional.empty(), 0, true, 0));
        endedCommand(300, 1, NOW - 10 * MILLI, NOW);

        assertThat(find(ROUTE, 300, CLOSED, NOW - 5 * MILLI)).isEqualTo(Finding.Nobody.AMBIGUOUS);
    }

    @Test
    void findsTheOnlyInnerProcessThatMayHaveHadTheNumber() {
        living(600, 1, NETNS, INNER_PIDNS, 50);
        ended.add(new EndedProcess(604, 600, "ip", NOW - 10 * MILLI, NOW, Optional.empty(), 0, true, 0));

        assertFound(find(ROUTE, 3, CLOSED, NOW - 5 * MILLI), 604, Grounds.PORT_ID_AND_LIFETIME);
        assertThat(find(ROUTE, 99, CLOSED, NOW - 5 * MILLI)).isEqualTo(Finding.Nobody.NO_HOLDER);
    }

    @Test
    void findsASecondSocketByTheTimeOfTheFirst() {
        endedCommand(700, 1, NOW - 20 * MILLI, NOW - 5 * MILLI);
        find(ROUTE, 700, CLOSED, NOW - 10 * MILLI);

        assertFound(find(ROUTE, RANDOM, CLOSED, NOW - 7 * MILLI), 700, Grounds.SECOND_SOCKET);
    }

    @Test
    void namesNobodyForASecondSocketOfOneOfTwoCommands() {
        endedCommand(700, 1, NOW - 20 * MILLI, NOW - 5 * MILLI);
        endedCommand(701, 1, NOW - 20 * MILLI, NOW - 5 * MILLI);
        find(ROUTE, 700, CLOSED, NOW - 10 * MILLI);
        find(ROUTE, 701, CLOSED, NOW - 10 * MILLI);

        assertThat(find(ROUTE, RANDOM, CLOSED, NOW - 7 * MILLI)).isEqualTo(Finding.Nobody.AMBIGUOUS);
    }

    @Test
    void namesNobodyForASecondSocketThatMayBeOfACommandWhoseFirstOneWasNotSeen() {
        endedCommand(700, 1, NOW - 20 * MILLI, NOW - 5 * MILLI);
        endedCommand(701, 1, NOW - 20 * MILLI, NOW - 5 * MILLI);
        find(ROUTE, 700, CLOSED, NOW - 10 * MILLI);

        assertThat(find(ROUTE, RANDOM, CLOSED, NOW - 7 * MILLI)).isEqualTo(Finding.Nobody.AMBIGUOUS);
    }

    @Test
    void findsASecondSocketThoughWhoeverStartedTheCommandIsYoungToo() {
        living(OWN, OWN, NETNS, PIDNS, 99);
        child(600, 1, 9_950);
        child(650, 600, 9_960);
        ended.add(new EndedProcess(700, 650, "ip", NOW - 20 * MILLI, NOW - 5 * MILLI, Optional.empty(), 700, false, 0));
        find(ROUTE, 700, CLOSED, NOW - 10 * MILLI);

        assertFound(find(ROUTE, RANDOM, CLOSED, NOW - 7 * MILLI), 700, Grounds.SECOND_SOCKET);
    }

    @Test
    void namesNobodyForASecondSocketWhileAnotherCommandLivesThatWasNotSeen() {
        endedCommand(700, 1, NOW - 20 * MILLI, NOW - 5 * MILLI);
        child(800, 1, 9_950);
        find(ROUTE, 700, CLOSED, NOW - 10 * MILLI);

        assertThat(find(ROUTE, RANDOM, CLOSED, NOW - 7 * MILLI)).isEqualTo(Finding.Nobody.AMBIGUOUS);
    }

    @Test
    void doesNotGiveASecondSocketToACommandOfAnotherProtocolOrTime() {
        endedCommand(700, 1, NOW - 20 * MILLI, NOW - 15 * MILLI);
        find(ROUTE, 700, CLOSED, NOW - 16 * MILLI);

        assertThat(find(16, RANDOM, CLOSED, NOW - 16 * MILLI)).isEqualTo(Finding.Nobody.NO_HOLDER);
        assertThat(find(ROUTE, RANDOM, CLOSED, NOW - 2 * MILLI)).isEqualTo(Finding.Nobody.NO_HOLDER);
    }

    @Test
    void concludesNothingFromTimeWhenReportsWereLost() {
        endedCommand(700, 1, NOW - 20 * MILLI, NOW - 5 * MILLI);
        find(ROUTE, 700, CLOSED, NOW - 10 * MILLI);
        ended.missed(NOW - 6 * MILLI);

        assertThat(find(ROUTE, RANDOM, CLOSED, NOW - 7 * MILLI)).isEqualTo(Finding.Nobody.AMBIGUOUS);
    }

    @Test
    void namesNobodyForASecondSocketWhenAnotherContainerCountsItsProcessesAlike() {
        living(600, 1, NETNS, INNER_PIDNS, 50);
        living(610, 1, NETNS, INNER_PIDNS + 1, 50);
        inner(602, 600, 2);
        inner(612, 610, 2);
        SocketSheet second = new SocketSheet(List.of(new NetlinkTable.Row(ROUTE, 2, 0, 4711)), NOW);

        find(ROUTE, 2, CLOSED, NOW - 9 * MILLI);

        assertThat(find(ROUTE, RANDOM, second, NOW - 7 * MILLI)).isNotInstanceOf(Finding.Found.class);
    }

    private void inner(int pid, int parent, int number) {
        ended.add(new EndedProcess(
                pid, parent, "ip", NOW - 20 * MILLI, NOW - 5 * MILLI, Optional.empty(), number, true, NETNS));
    }

    private static SocketSheet open(long portId) {
        return new SocketSheet(List.of(new NetlinkTable.Row(ROUTE, portId, 0, 4711)), NOW);
    }

    private void endedCommand(int pid, int number, long start, long end) {
        ended.add(new EndedProcess(pid, 1, "ip" + number, start, end, Optional.empty(), pid, false, 0));
    }

    private void living(int pid, int inner, long netns, long pidNamespace, int startSeconds) {
        processes.put(new ProcessIdentity(
                pid, inner, 1, startSeconds * 100L, "daemon", Optional.empty(), netns, pidNamespace, false));
    }

    private void child(int pid, int parent) {
        child(pid, parent, 9000);
    }

    private void child(int pid, int parent, long startTicks) {
        processes.put(
                new ProcessIdentity(pid, pid, parent, startTicks, "daemon", Optional.empty(), NETNS, PIDNS, false));
    }

    private void hold(int pid, long inode) throws IOException {
        Path fd = Files.createDirectories(proc.resolve(Integer.toString(pid)).resolve("fd"));
        Files.createSymbolicLink(fd.resolve(Long.toString(inode - 4700)), Path.of("socket:[" + inode + "]"));
    }

    private static Finding.Found found(Finding finding) {
        assertThat(finding).isInstanceOf(Finding.Found.class);
        return (Finding.Found) finding;
    }

    private static void assertFound(Finding finding, int pid, Grounds grounds) {
        assertThat(found(finding).owner().pid()).isEqualTo(pid);
        assertThat(found(finding).grounds()).isEqualTo(grounds);
    }
}
