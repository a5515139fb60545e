// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import static io.nltap.agent.attribution.TestDatagram.GENERIC;
import static io.nltap.agent.attribution.TestDatagram.NETFILTER;
import static io.nltap.agent.attribution.TestDatagram.NLMSG_ERROR;
import static io.nltap.agent.attribution.TestDatagram.REQUEST;
import static io.nltap.agent.attribution.TestDatagram.REQUEST_ACK;
import static io.nltap.agent.attribution.TestDatagram.ROUTE;
import static io.nltap.agent.attribution.TestDatagram.RTM_GETLINK;
import static io.nltap.agent.attribution.TestDatagram.RTM_NEWADDR;
import static io.nltap.agent.attribution.TestDatagram.RTM_NEWLINK;
import static io.nltap.agent.attribution.TestDatagram.RTM_NEWNEIGH;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.nltap.agent.frame.Attribution;
import io.nltap.agent.frame.Attribution.Role;
import io.nltap.agent.frame.Author;
import io.nltap.agent.frame.Confidence;
import io.nltap.agent.frame.ContainerName;
import io.nltap.agent.frame.Direction;
import io.nltap.agent.frame.Frame;
import io.nltap.agent.frame.FrameTag;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Sequences of tags as kernels make them: who ran, which socket spoke, which group was told. */
class TapAuthorsTest {
    private static final int LINK = 1;
    private static final int NEIGH = 3;
    private static final int IPV4_ADDRESS = 5;
    private static final int CONNTRACK_NEW = 1;

    private static final int IP = 700;
    private static final int BURNER = 900;
    private static final int KWORKER = 40;
    private static final long SECOND_PORT = 2_759_641_312L;

    private final FakeLookup lookup = new FakeLookup();
    private final TapAuthors authors =
            new TapAuthors(lookup, (protocol, group) -> List.of(), new QueuePorts(), () -> {});
    private final FrameTag tag = new FrameTag();

    @Test
    void namesTheSenderThatTheKernelNames() {
        Attribution request = request(IP, SECOND_PORT, RTM_GETLINK, REQUEST, 1);

        assertThat(request).isEqualTo(new Attribution(Role.SENT, process(IP), Confidence.EXACT, ""));
    }

    @Test
    void givesAnswersToTheSocketThatAsked() {
        request(IP, IP, RTM_GETLINK, REQUEST, 1);
        request(BURNER, BURNER, RTM_GETLINK, REQUEST, 1);

        assertThat(answer(IP, IP, RTM_NEWLINK, 1))
                .isEqualTo(new Attribution(Role.RECEIVED, process(IP), Confidence.EXACT, ""));
        assertThat(answer(BURNER, BURNER, RTM_NEWLINK, 1).author()).isEqualTo(process(BURNER));
    }

    @Test
    void takesWhoRunsForTheReceiverWhereTheRequestCameBeforeTheTap() {
        Attribution answer = answer(IP, SECOND_PORT, RTM_NEWLINK, 1);

        assertThat(answer.author()).isEqualTo(process(IP));
        assertThat(answer.confidence()).isEqualTo(Confidence.CORRELATED);
    }

    @Test
    void doesNotBlameWhoHappensToRunForANeighbourTimer() {
        request(BURNER, BURNER, RTM_NEWLINK, REQUEST_ACK, 7);

        assertThat(notification(BURNER, ROUTE, NEIGH, RTM_NEWNEIGH, 0))
                .isEqualTo(new Attribution(Role.SENT, Author.KERNEL, Confidence.EXACT, ""));
    }

    @Test
    void leavesCarrierChangesToTheKernel() {
        request(IP, IP, RTM_NEWLINK, REQUEST_ACK, 7);

        assertThat(notification(KWORKER, ROUTE, LINK, RTM_NEWLINK, 0).author()).isEqualTo(Author.KERNEL);
        assertThat(notification(FrameTag.NO_PROCESS, ROUTE, LINK, RTM_NEWLINK, 0)
                        .author())
                .isEqualTo(Author.KERNEL);
    }

    @Test
    void findsTheCauseOfALinkChangeInTheRequestThatIsOpen() {
        request(IP, IP, RTM_NEWLINK, REQUEST_ACK, 7);

        Attribution during = notification(IP, ROUTE, LINK, RTM_NEWLINK, 0);
        answer(IP, IP, NLMSG_ERROR, 7);
        Attribution after = notification(IP, ROUTE, LINK, RTM_NEWLINK, 0);

        assertThat(during.role()).isEqualTo(Role.NOTIFIED);
        assertThat(during.author()).isEqualTo(process(IP));
        assertThat(after.author()).isEqualTo(Author.KERNEL);
    }

    @Test
    void knowsThatQuestionsChangeNothing() {
        request(IP, IP, RTM_GETLINK, REQUEST_ACK, 7);

        assertThat(notification(IP, ROUTE, LINK, RTM_NEWLINK, 0).author()).isEqualTo(Author.KERNEL);
    }

    @Test
    void doesNotTakeARequestWithoutAcknowledgementForOpenForever() {
        request(IP, IP, RTM_NEWLINK, REQUEST, 7);
        lookup.now += 1_000_000_000;

        assertThat(notification(IP, ROUTE, LINK, RTM_NEWLINK, 0).author()).isEqualTo(Author.KERNEL);
    }

    @Test
    void blamesNobodyForPacketsThatItsConnectionMakes() {
        request(IP, IP, RTM_NEWLINK, REQUEST_ACK, 7);

        assertThat(notification(IP, NETFILTER, CONNTRACK_NEW, 256, 0).author()).isEqualTo(Author.KERNEL);
    }

    @Test
    void namesTheCauseThatTheKernelCopiesIntoTheNotification() {
        request(IP, SECOND_PORT, RTM_NEWADDR, REQUEST, 7);

        assertThat(notification(KWORKER, ROUTE, IPV4_ADDRESS, RTM_NEWADDR, SECOND_PORT))
                .isEqualTo(new Attribution(Role.NOTIFIED, process(IP), Confidence.EXACT, ""));
    }

    @Test
    void tellsAChildFromItsParentOnTheSameSocket() {
        request(IP, IP, RTM_GETLINK, REQUEST, 1);

        assertThat(request(IP + 1, IP, RTM_GETLINK, REQUEST, 2).author()).isEqualTo(process(IP + 1));
        assertThat(answer(IP + 1, IP, RTM_NEWLINK, 2).author()).isEqualTo(process(IP + 1));
    }

    @Test
    void tellsContainersApartThatCountTheirProcessesAlike() {
        ContainerName first = container("a");
        ContainerName second = container("b");
        lookup.containers.put(11L, first);
        lookup.containers.put(12L, second);

        Attribution one = request(5001, 5001, 11, 1, RTM_GETLINK, REQUEST, 1);
        Attribution other = request(5002, 5002, 12, SECOND_PORT, RTM_GETLINK, REQUEST, 1);

        assertThat(one.author().container()).contains(first);
        assertThat(other.author().container()).contains(second);
    }

    @Test
    void looksAgainWhenAProcessIdIsUsedAgain() {
        Author before = request(IP, IP, RTM_GETLINK, REQUEST, 1).author();
        lookup.owners.get(IP).end(lookup.now);
        lookup.now += 1_000_000;
        lookup.comm = "tc";

        assertThat(request(IP, IP, RTM_GETLINK, REQUEST, 1).author())
                .isEqualTo(new Author.Process(IP, "tc", Optional.empty()))
                .isNotEqualTo(before);
    }

    @Test
    void stillKnowsWhoHasEndedWhenItsFramesAreReadLate() {
        request(IP, IP, RTM_GETLINK, REQUEST, 1);
        lookup.owners.get(IP).end(lookup.now + 1_000_000);
        int asked = lookup.asked;

        assertThat(request(IP, IP, RTM_GETLINK, REQUEST, 2).author()).isEqualTo(process(IP));
        assertThat(lookup.asked).isEqualTo(asked);
    }

    @Test
    void looksAgainWhenAProcessBecameAnotherProgram() {
        tag.set(Direction.TO_KERNEL, IP, 0, IP, IP, 0, lookup.now);
        tag.setComm(0x6873, 0);
        lookup.comm = "sh";
        authors.attribute(new TestDatagram(ROUTE, RTM_GETLINK, REQUEST, 1, 0), tag, true);
        lookup.owners.clear();
        lookup.comm = "ip";
        tag.setComm(0x7069, 0);

        assertThat(authors.attribute(new TestDatagram(ROUTE, RTM_GETLINK, REQUEST, 1, 0), tag, true)
                        .author())
                .isEqualTo(process(IP));
    }

    @Test
    void knowsItsOwnAnswers() {
        lookup.ownPort = 4_294_967_000L;

        assertThat(answer(IP, 4_294_967_000L, RTM_NEWLINK, 1).author()).isEqualTo(Author.OWN);
    }

    @Test
    void neverTakesAnotherNltapForAnAuthor() {
        long port = (1L << 32) - 5;

        assertThat(request(BURNER, port, RTM_NEWLINK, REQUEST_ACK, 7).author()).isEqualTo(Author.OWN);
        assertThat(notification(BURNER, ROUTE, LINK, RTM_NEWLINK, 0).author()).isEqualTo(Author.OWN);
        assertThat(notification(BURNER, ROUTE, LINK, RTM_NEWLINK, port).author())
                .isEqualTo(Author.OWN);
        assertThat(answer(BURNER, port, NLMSG_ERROR, 7).author()).isEqualTo(Author.OWN);
        assertThat(socketRequest(port).author()).isEqualTo(Author.OWN);
    }

    @Test
    void asksForASocketOnceWhereTheKernelNamesNoProcess() {
        lookup.finding = new Finding.Found(lookup.owner(IP, 0, "ip"), Grounds.HOLDS_SOCKET, 77);
        lookup.sheet = new SocketSheet(List.of(new NetlinkTable.Row(ROUTE, IP, 0, 77)), lookup.now);

        Attribution sent = socketRequest(IP);
        Attribution received = socketAnswer(IP);

        assertThat(sent).isEqualTo(new Attribution(Role.SENT, process(IP), Confidence.SOCKET, ""));
        assertThat(received).isEqualTo(new Attribution(Role.RECEIVED, process(IP), Confidence.SOCKET, ""));
        assertThat(lookup.asked).isEqualTo(1);
    }

    @Test
    void asksAgainWhenAnotherSocketHasThePortId() {
        lookup.finding = new Finding.Found(lookup.owner(IP, 0, "ip"), Grounds.HOLDS_SOCKET, 77);
        socketRequest(IP);
        lookup.now += 2_000_000_000;
        lookup.sheet = new SocketSheet(List.of(new NetlinkTable.Row(ROUTE, IP, 0, 78)), lookup.now - 1);
        lookup.finding = new Finding.Found(lookup.owner(BURNER, 0, "ip"), Grounds.HOLDS_SOCKET, 78);

        assertThat(socketRequest(IP).author()).isEqualTo(process(BURNER));
    }

    @Test
    void saysWhyNobodyCanBeNamedAndDoesNotAskForEveryFrame() {
        lookup.finding = Finding.Nobody.SEVERAL_HOLDERS;

        Attribution first = socketRequest(IP);
        Attribution second = socketRequest(IP);

        assertThat(first)
                .isEqualTo(new Attribution(
                        Role.SENT, Author.UNKNOWN, Confidence.UNKNOWN, "several processes hold its socket"));
        assertThat(second).isSameAs(first);
        assertThat(lookup.asked).isEqualTo(1);
    }

    @Test
    void readsTheClockOnceForFramesOfNobodyKnownThatFollowEachOther() {
        socketRequest(IP);
        lookup.clockReads = 0;
        authors.beginBatch();
        for (int frame = 0; frame < 500; frame++) {
            lookup.now += 1_000;
            socketRequest(IP);
        }

        assertThat(lookup.clockReads).isEqualTo(1);
    }

    @Test
    void learnsWhoHasEndedOnceForEachBatchAndReadsNoClockForThat() {
        lookup.finding = new Finding.Found(lookup.owner(IP, 0, "ip"), Grounds.HOLDS_SOCKET, 77);
        socketRequest(IP);
        lookup.clockReads = 0;
        lookup.caughtUp = 0;
        lookup.now += 10_000_000;
        lookup.sheet = new SocketSheet(List.of(new NetlinkTable.Row(ROUTE, IP, 0, 77)), lookup.now + 5_000_000);
        authors.beginBatch();
        for (int frame = 0; frame < 500; frame++) {
            lookup.now += 1_000;
            socketRequest(IP);
        }
        assertThat(lookup.caughtUp).isEqualTo(1);
        assertThat(lookup.clockReads).isZero();

        authors.beginBatch();
        lookup.now += 1_000;
        socketRequest(IP);

        assertThat(lookup.caughtUp).isEqualTo(2);
        assertThat(lookup.clockReads).isZero();
    }

    @Test
    void takesTheAnswerThatComesTooLateForTheFrameItWasAskedFor() {
        lookup.busy = new AtomicBoolean(true);
        lookup.finding = new Finding.Found(lookup.owner(IP, 0, "ip"), Grounds.HOLDS_SOCKET, 77);
        lookup.sheet = new SocketSheet(List.of(new NetlinkTable.Row(ROUTE, IP, 0, 77)), lookup.now);

        Attribution meanwhile = socketRequest(IP);
        lookup.now += 100_000_000;
        Attribution stillBusy = socketRequest(IP);
        lookup.busy.set(false);
        Attribution then = socketRequest(IP);

        assertThat(meanwhile)
                .isEqualTo(new Attribution(
                        Role.SENT, Author.UNKNOWN, Confidence.UNKNOWN, "its socket could not be looked up in time"));
        assertThat(stillBusy).isSameAs(meanwhile);
        assertThat(then.author()).isEqualTo(process(IP));
        assertThat(lookup.asked).isEqualTo(1);
    }

    @Test
    void asksForASocketThatNobodyHadTimeForAHundredTimesASecondAtMost() {
        lookup.busy = new AtomicBoolean(false);
        lookup.finding = null;
        for (int frame = 0; frame < 100_000; frame++) {
            lookup.now += 1_000;
            socketRequest(IP);
        }

        assertThat(lookup.asked).isBetween(5, 11);
    }

    @Test
    void namesAProcessByItsTagAloneWhileThereIsNoTimeToLookItUp() {
        ContainerName container = container("a");
        lookup.containers.put(11L, container);
        lookup.busy = new AtomicBoolean(true);

        Attribution known = request(IP, IP, 11, IP, RTM_GETLINK, REQUEST, 1);
        Attribution unknown = request(BURNER, BURNER, 12, BURNER, RTM_GETLINK, REQUEST, 1);
        lookup.busy.set(false);
        Attribution then = request(IP, IP, 11, IP, RTM_GETLINK, REQUEST, 2);

        assertThat(known)
                .isEqualTo(new Attribution(
                        Role.SENT, new Author.Process(IP, "", Optional.of(container)), Confidence.EXACT, ""));
        assertThat(unknown)
                .isEqualTo(new Attribution(
                        Role.SENT, new Author.Process(BURNER, "", Optional.empty(), false), Confidence.EXACT, ""));
        assertThat(then.author()).isEqualTo(new Author.Process(IP, "ip", Optional.of(container)));
        assertThat(lookup.asked).isEqualTo(2);
    }

    @Test
    void goesByWhatMessagesSayWhereThereAreNoTags() {
        lookup.finding = new Finding.Found(lookup.owner(IP, 0, "ip"), Grounds.HOLDS_SOCKET, SocketSheet.NO_SOCKET);

        Attribution answer = authors.attribute(new TestDatagram(ROUTE, RTM_NEWLINK, 0, 1, SECOND_PORT), tag, false);
        Attribution anonymous = authors.attribute(new TestDatagram(ROUTE, RTM_GETLINK, REQUEST, 1, 0), tag, false);

        assertThat(answer.role()).isEqualTo(Role.RECEIVED);
        assertThat(answer.author()).isEqualTo(process(IP));
        assertThat(anonymous.author()).isEqualTo(Author.UNKNOWN);
        assertThat(anonymous.reason()).isNotEmpty();
    }

    @Test
    void makesNoObjectForAFrameWhoseAuthorIsKnown() {
        Frame get = new TestDatagram(ROUTE, RTM_NEWLINK, REQUEST_ACK, 1, 0);
        Frame reply = new TestDatagram(ROUTE, NLMSG_ERROR, 0, 1, IP);
        Frame news = new TestDatagram(GENERIC, 20, 0, 1, 0);
        lookup.finding = new Finding.Found(lookup.owner(BURNER, 0, "ip"), Grounds.HOLDS_SOCKET, 77);
        lookup.sheet = new SocketSheet(List.of(new NetlinkTable.Row(ROUTE, BURNER, 0, 77)), lookup.now);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().getId();
        for (int warm = 0; warm < 20_000; warm++) {
            exchange(get, reply, news);
        }

        long before = threads.getThreadAllocatedBytes(self);
        for (int round = 0; round < 100_000; round++) {
            exchange(get, reply, news);
        }
        long allocated = threads.getThreadAllocatedBytes(self) - before;

        assertThat(allocated).as("bytes for 400,000 frames").isLessThan(10_000);
    }

    @Test
    void makesNoObjectForAFrameWhoseAuthorThereIsNoTimeToLookFor() {
        Frame get = new TestDatagram(ROUTE, RTM_GETLINK, REQUEST, 1, 0);
        Frame reply = new TestDatagram(ROUTE, NLMSG_ERROR, 0, 1, BURNER);
        lookup.busy = new AtomicBoolean(true);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().getId();
        for (int warm = 0; warm < 20_000; warm++) {
            unattributed(get, reply);
        }

        long before = threads.getThreadAllocatedBytes(self);
        for (int round = 0; round < 100_000; round++) {
            unattributed(get, reply);
        }
        long allocated = threads.getThreadAllocatedBytes(self) - before;

        assertThat(allocated).as("bytes for 200,000 frames").isLessThan(10_000);
    }

    /** Of a socket and of a process, in the two modes of taggers. */
    private void unattributed(Frame get, Frame reply) {
        tag.set(Direction.UNKNOWN, 0, 0, 0, 0, 0, lookup.now);
        authors.attribute(reply, tag, false);
        tag.set(Direction.TO_KERNEL, IP, 0, IP, IP, 5, lookup.now);
        authors.attribute(get, tag, true);
        lookup.now += 100_000;
    }

    private void exchange(Frame get, Frame reply, Frame news) {
        tag.set(Direction.TO_KERNEL, IP, 0, IP, IP, 5, lookup.now);
        authors.attribute(get, tag, true);
        tag.set(Direction.TO_USER, 0, LINK, IP, IP, 5, lookup.now);
        authors.attribute(news, tag, true);
        tag.set(Direction.TO_USER, 0, 0, IP, IP, 5, lookup.now);
        authors.attribute(reply, tag, true);
        tag.set(Direction.UNKNOWN, 0, 0, 0, 0, 0, lookup.now);
        authors.attribute(reply, tag, false);
    }

    private static Author.Process process(int pid) {
        return new Author.Process(pid, "ip", Optional.empty());
    }

    private static ContainerName container(String name) {
        return new ContainerName(Optional.of("uid"), Optional.of("ns/pod"), Optional.of(name), Optional.of(name));
    }

    private Attribution request(int pid, long port, int type, int flags, int sequence) {
        return request(pid, pid, 0, port, type, flags, sequence);
    }

    private Attribution request(int pid, int tid, long cgroup, long port, int type, int flags, int sequence) {
        tag.set(Direction.TO_KERNEL, port, 0, pid, tid, cgroup, lookup.now);
        return authors.attribute(new TestDatagram(ROUTE, type, flags, sequence, 0), tag, true);
    }

    private Attribution answer(int running, long port, int type, int sequence) {
        tag.set(Direction.TO_USER, 0, 0, running, running, 0, lookup.now);
        return authors.attribute(new TestDatagram(ROUTE, type, 0, sequence, port), tag, true);
    }

    private Attribution notification(int running, int protocol, int group, int type, long port) {
        tag.set(Direction.TO_USER, 0, group, running, running, 0, lookup.now);
        return authors.attribute(new TestDatagram(protocol, type, 0, 0, port), tag, true);
    }

    private Attribution socketRequest(long port) {
        tag.set(Direction.TO_KERNEL, port, 0, 0, 0, 0, lookup.now);
        return authors.attribute(new TestDatagram(ROUTE, RTM_GETLINK, REQUEST, 1, 0), tag, true);
    }

    private Attribution socketAnswer(long port) {
        tag.set(Direction.TO_USER, 0, 0, 0, 0, 0, lookup.now);
        return authors.attribute(new TestDatagram(ROUTE, RTM_NEWLINK, 0, 1, port), tag, true);
    }
}
