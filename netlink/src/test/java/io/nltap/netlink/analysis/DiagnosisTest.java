// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import static io.nltap.netlink.analysis.Scene.ACK;
import static io.nltap.netlink.analysis.Scene.DUMP;
import static io.nltap.netlink.analysis.Scene.MULTI;
import static io.nltap.netlink.analysis.Scene.REQUEST;
import static io.nltap.netlink.analysis.Scene.ROUTE;
import static io.nltap.netlink.analysis.Scene.done;
import static io.nltap.netlink.analysis.Scene.error;
import static io.nltap.netlink.analysis.Scene.message;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Each class of hangs from what is seen of it, and what must not be taken for one. */
class DiagnosisTest {
    private static final int NEWLINK = 16;
    private static final int GETLINK = 18;
    private static final int GETADDR = 22;
    private static final int NEWADDR = 20;
    private static final byte[] BODY = new byte[16];

    private static final int SENDTO = 44;
    private static final int RECVFROM = 45;
    private static final int IOCTL = 16;
    private static final int FUTEX = 202;
    private static final int EPOLL = 232;

    private static final String[] RTNL_WAIT = {
        "__schedule",
        "schedule",
        "__mutex_lock.constprop.0",
        "rtnl_lock",
        "rtnetlink_rcv_msg",
        "netlink_rcv_skb",
        "netlink_unicast",
        "netlink_sendmsg"
    };
    private static final String[] RECEIVING = {
        "__schedule", "schedule", "schedule_timeout", "__skb_wait_for_more_packets", "netlink_recvmsg"
    };

    private final Scene scene = new Scene();

    private static byte[] getLink(long seq) {
        return message(GETLINK, REQUEST, seq, 0, BODY);
    }

    private Scene oneAnswered(int pid) {
        return scene.sends(pid, ROUTE, getLink(1)).gets(pid, ROUTE, message(NEWLINK, 0, 1, pid, BODY));
    }

    @Test
    void twoWaitForTheRtnlLockThatAnIoctlHolds() {
        scene.kernelHas(ROUTE, 2)
                .socket(ROUTE, 70, 700, 0, false, 0, 70)
                .socket(ROUTE, 80, 800, 0, false, 0, 80)
                .thread(90, 90, 'S', IOCTL, 0, "schedule", "handle_userfault", "do_fault", "dev_ethtool", "dev_ioctl")
                .thread(70, 71, 'D', SENDTO, 700, RTNL_WAIT)
                .thread(80, 80, 'D', SENDTO, 800, RTNL_WAIT)
                .sends(70, ROUTE, getLink(5))
                .sends(80, ROUTE, getLink(6))
                .samplesFor(8);

        assertThat(scene.classes()).containsExactly(HangClass.A1, HangClass.A1);
        Hang first = scene.hangs().get(0);
        assertThat(first.finding().who().pid()).hasValue(70);
        assertThat(first.finding().what()).hasToString("ROUTE RTM_GETLINK seq 5");
        assertThat(first.finding().holder()).hasValueSatisfying(holder -> {
            assertThat(holder.task()).isEqualTo("client[90]");
            assertThat(holder.pod()).hasValue("shop/web-90");
            assertThat(holder.stack()).contains("dev_ethtool");
        });
        assertThat(first.confidence()).isEqualTo(Confidence.CERTAIN);
        assertThat(first.victims()).isEqualTo(2);
    }

    @Test
    void ofWhoWaitsAndWhoWorksOnlyTheOneWhoWorksHoldsTheLock() {
        scene.kernelHas(ROUTE, 2)
                .thread(
                        70,
                        70,
                        'D',
                        SENDTO,
                        700,
                        "schedule",
                        "synchronize_net",
                        "unregister_netdevice_many",
                        "rtnl_dellink",
                        "rtnetlink_rcv_msg",
                        "netlink_sendmsg")
                .thread(80, 80, 'D', SENDTO, 800, RTNL_WAIT)
                .sends(70, ROUTE, message(17, REQUEST | ACK, 5, 0, BODY))
                .sends(80, ROUTE, getLink(6))
                .samplesFor(8);

        assertThat(scene.classes()).containsExactlyInAnyOrder(HangClass.A5, HangClass.A1);
        assertThat(scene.hangs())
                .filteredOn(each -> each.finding().hangClass() == HangClass.A1)
                .allSatisfy(each ->
                        assertThat(each.finding().holder().orElseThrow().task()).isEqualTo("client[70]"));
    }

    @Test
    void whatEndedIsSaidToHaveEnded() {
        scene.kernelHas(ROUTE, 1)
                .thread(70, 70, 'D', SENDTO, 700, RTNL_WAIT)
                .sends(70, ROUTE, getLink(5))
                .samplesFor(8)
                .gets(70, ROUTE, message(NEWLINK, 0, 5, 70, BODY));

        Summary summary = scene.summary();

        assertThat(summary.hangs()).singleElement().satisfies(hang -> {
            assertThat(hang.finding().hangClass()).isEqualTo(HangClass.A1);
            assertThat(hang.endNanos()).isPresent();
        });
        assertThat(summary.slow())
                .singleElement()
                .satisfies(slow -> assertThat(slow.kernelNanos()).isGreaterThan(8_000_000_000L));
    }

    @Test
    void withoutThreadsTheKernelsOwnSocketTells() {
        scene.kernelHas(ROUTE, 1)
                .sends(70, ROUTE, message(GETADDR, REQUEST | DUMP, 5, 70, BODY))
                .socket(ROUTE, 70, 700, 0, true, 0, 70)
                .samplesFor(8);

        assertThat(scene.classes()).containsExactly(HangClass.A2);
    }

    @Test
    void dumpWaitsForTheRtnlLockInItsReadToo() {
        scene.socket(ROUTE, 70, 700, 0, true, 0, 70)
                .thread(
                        70,
                        70,
                        'D',
                        47,
                        700,
                        "schedule",
                        "mutex_lock",
                        "rtnl_lock",
                        "rtnl_dumpit",
                        "netlink_dump",
                        "netlink_recvmsg")
                .sends(70, ROUTE, message(GETADDR, REQUEST | DUMP, 5, 70, BODY))
                .gets(70, ROUTE, message(NEWADDR, MULTI, 5, 70, BODY))
                .samplesFor(8);

        assertThat(scene.classes()).containsExactly(HangClass.A2);
    }

    @Test
    void otherProtocolsHaveLocksOfTheirOwn() {
        scene.kernelHas(16, 1)
                .thread(
                        70,
                        70,
                        'D',
                        SENDTO,
                        700,
                        "schedule",
                        "__mutex_lock",
                        "genl_rcv_msg",
                        "netlink_rcv_skb",
                        "genl_rcv",
                        "netlink_unicast",
                        "netlink_sendmsg")
                .sends(70, 16, message(16, REQUEST | ACK, 5, 0, (byte) 3, (byte) 1, (byte) 0, (byte) 0))
                .samplesFor(8);

        assertThat(scene.classes()).containsExactly(HangClass.A3);
    }

    @Test
    void moduleIsNeverLoaded() {
        scene.kernelHas(ROUTE, 1)
                .thread(
                        70,
                        70,
                        'D',
                        SENDTO,
                        700,
                        "schedule",
                        "call_usermodehelper_exec",
                        "__request_module",
                        "__rtnl_newlink",
                        "rtnl_newlink",
                        "rtnetlink_rcv_msg",
                        "netlink_sendmsg")
                .sends(70, ROUTE, message(NEWLINK, REQUEST | ACK | 0x400, 5, 0, BODY))
                .samplesFor(8);

        assertThat(scene.classes()).containsExactly(HangClass.A4);
        assertThat(scene.hangs().get(0).finding().holder()).isEmpty();
    }

    @Test
    void peersReceiveBufferIsFull() {
        scene.socket(2, 4711, 800, 213_000, false, 0, 80)
                .thread(
                        70,
                        70,
                        'S',
                        SENDTO,
                        700,
                        "schedule_timeout",
                        "netlink_attachskb",
                        "netlink_unicast",
                        "netlink_sendmsg")
                .samplesFor(8);

        assertThat(scene.classes()).containsExactly(HangClass.A6);
        assertThat(scene.hangs().get(0).finding().who().pid()).hasValue(70);
    }

    @Test
    void socketOfAProtocolWhoseModuleDoesNotCome() {
        scene.thread(
                        70,
                        70,
                        'D',
                        41,
                        0,
                        "schedule",
                        "call_usermodehelper_exec",
                        "__request_module",
                        "netlink_create",
                        "__sock_create",
                        "__sys_socket")
                .samplesFor(8);

        assertThat(scene.classes()).containsExactly(HangClass.B1);
    }

    @Test
    void rtnlLockByAnotherDoor() {
        scene.thread(70, 70, 'D', IOCTL, 0, "devinet_ioctl", "inet_ioctl", "sock_do_ioctl")
                .samplesFor(8);

        assertThat(scene.classes()).containsExactly(HangClass.B4);
    }

    @Test
    void idleListenerIsHealthy() {
        scene.listener(ROUTE, 70, 700, 0, 70)
                .thread(70, 70, 'S', RECVFROM, 700, RECEIVING)
                .samplesFor(20);

        assertThat(scene.hangs()).isEmpty();
        assertThat(scene.summary().doubts()).isEmpty();
    }

    @Test
    void listenerWithALossLongAgoIsHealthyAndTheLossIsCounted() {
        scene.socket(ROUTE, 1, 1000, 0, false, 0, 1)
                .sample()
                .listener(ROUTE, 70, 700, 6, 70)
                .thread(70, 70, 'S', RECVFROM, 700, RECEIVING)
                .samplesFor(20);

        assertThat(scene.hangs()).isEmpty();
        assertThat(scene.summary().overruns()).singleElement().satisfies(overrun -> {
            assertThat(overrun.lost()).isEqualTo(6);
            assertThat(overrun.who().pid()).hasValue(70);
        });
    }

    @Test
    void acknowledgementIsNotOwed() {
        scene.sends(70, ROUTE, message(NEWLINK, REQUEST, 5, 70, BODY))
                .socket(ROUTE, 70, 700, 0, false, 0, 70)
                .thread(70, 70, 'S', RECVFROM, 700, RECEIVING)
                .samplesFor(8);

        assertThat(scene.classes()).containsExactly(HangClass.C2);
    }

    @Test
    void requestIsDiscarded() {
        scene.sends(70, ROUTE, message(GETLINK, 0, 5, 70, BODY))
                .socket(ROUTE, 70, 700, 0, false, 0, 70)
                .thread(70, 70, 'S', RECVFROM, 700, RECEIVING)
                .samplesFor(8);

        assertThat(scene.classes()).containsExactly(HangClass.C3);
        assertThat(scene.hangs().get(0).finding().why()).anyMatch(why -> why.contains("NLM_F_REQUEST is not set"));
    }

    @Test
    void answerIsLostToAnOverrunOfAnUnthreadedProgram() {
        scene.sends(70, ROUTE, getLink(1))
                .sends(70, ROUTE, getLink(2))
                .gets(70, ROUTE, message(NEWLINK, 0, 1, 70, BODY))
                .socket(ROUTE, 70, 700, 0, false, 2, 70)
                .thread(70, 70, 'S', EPOLL, 0, "schedule", "ep_poll", "do_epoll_wait")
                .samplesFor(8);

        assertThat(scene.classes()).containsExactly(HangClass.C4);
        assertThat(scene.hangs().get(0).finding().what().seq()).hasValue(2);
    }

    @Test
    void filterTakesTheAnswerAway() {
        scene.sends(70, ROUTE, message(GETADDR, REQUEST | DUMP, 5, 70, BODY))
                .socket(ROUTE, 70, 700, 0, true, 0, 70)
                .thread(70, 70, 'S', RECVFROM, 700, RECEIVING)
                .samplesFor(8);

        assertThat(scene.classes()).containsExactly(HangClass.C5);
    }

    @Test
    void kernelGivesUpADump() {
        scene.sends(70, ROUTE, message(GETADDR, REQUEST | DUMP, 5, 70, BODY))
                .gets(70, ROUTE, message(NEWADDR, MULTI, 5, 70, BODY))
                .socket(ROUTE, 70, 700, 0, true, 0, 70)
                .thread(70, 70, 'S', RECVFROM, 700, RECEIVING)
                .samplesFor(8);

        assertThat(scene.classes()).containsExactly(HangClass.C6);
    }

    private Scene dumped(int pid) {
        return scene.sends(pid, ROUTE, message(GETADDR, REQUEST | DUMP, 5, pid, BODY))
                .gets(pid, ROUTE, message(NEWADDR, MULTI, 5, pid, BODY))
                .gets(pid, ROUTE, done(5, pid));
    }

    @Test
    void anotherThreadHasTakenTheAnswer() {
        scene.socket(ROUTE, 70, 700, 0, false, 0, 70)
                .thread(70, 70, 'S', RECVFROM, 700, RECEIVING)
                .thread(70, 71, 'S', RECVFROM, 700, RECEIVING)
                .sample();
        dumped(70).thread(70, 71, 'S', FUTEX, 0, "futex_wait").samplesFor(8);

        assertThat(scene.classes()).containsExactly(HangClass.C7);
    }

    @Test
    void anotherProcessHasTheSocketToo() {
        dumped(70)
                .socket(ROUTE, 70, 700, 0, false, 0, 70, 80)
                .thread(80, 80, 'S', RECVFROM, 700, RECEIVING)
                .samplesFor(8);

        assertThat(scene.classes()).containsExactly(HangClass.C7);
    }

    @Test
    void answerIsWholeAndItWaitsOn() {
        dumped(70)
                .socket(ROUTE, 70, 700, 0, false, 0, 70)
                .thread(70, 70, 'S', RECVFROM, 700, RECEIVING)
                .samplesFor(8);

        assertThat(scene.classes()).containsExactly(HangClass.C8);
        assertThat(scene.hangs().get(0).finding().why()).contains("nothing comes after NLMSG_DONE");
    }

    @Test
    void descriptorIsAnotherSocketByNow() {
        oneAnswered(70)
                .socket(ROUTE, 70, 700, 0, false, 0)
                .thread(70, 70, 'S', RECVFROM, 999, RECEIVING)
                .samplesFor(8);

        assertThat(scene.classes()).containsExactly(HangClass.C9);
    }

    @Test
    void answerIsCutOffByASmallBuffer() {
        scene.sends(70, ROUTE, getLink(5))
                .gets(70, ROUTE, message(NEWLINK, 0, 5, 70, new byte[720]))
                .socket(ROUTE, 70, 700, 0, false, 0, 70)
                .threadWithArguments(70, 70, 'S', RECVFROM, List.of(3L, 0L, 100L), 700, RECEIVING)
                .samplesFor(8);

        assertThat(scene.classes()).containsExactly(HangClass.C10);
    }

    @Test
    void secondDumpIsRefused() {
        scene.sends(70, ROUTE, message(GETADDR, REQUEST | DUMP, 5, 70, BODY))
                .gets(70, ROUTE, message(NEWADDR, MULTI, 5, 70, BODY))
                .sends(70, ROUTE, message(GETADDR, REQUEST | DUMP, 6, 70, BODY))
                .gets(70, ROUTE, error(16, GETADDR, 6, 70))
                .gets(70, ROUTE, message(NEWADDR, MULTI, 5, 70, BODY), done(5, 70))
                .socket(ROUTE, 70, 700, 0, false, 0, 70)
                .thread(70, 70, 'S', RECVFROM, 700, RECEIVING)
                .samplesFor(8);

        assertThat(scene.classes()).containsExactly(HangClass.C11);
    }

    @Test
    void peerDoesNotAnswer() {
        scene.sends(70, 2, message(64, REQUEST, 9, 70, BODY))
                .socket(2, 70, 700, 0, false, 0, 70)
                .socket(2, 4711, 800, 768, false, 0, 80)
                .thread(70, 70, 'S', RECVFROM, 700, RECEIVING)
                .samplesFor(8);

        assertThat(scene.hangs()).singleElement().satisfies(hang -> {
            assertThat(hang.finding().hangClass()).isEqualTo(HangClass.C13);
            assertThat(hang.finding().who().pid()).hasValue(70);
            assertThat(hang.finding().why()).contains("768 bytes lie unread in the socket of port 4711");
        });
    }

    @Test
    void verdictIsNotGiven() {
        byte[] toQueue = {0, 0, 0, 7};
        scene.sends(70, 12, message(0x301, REQUEST, 0, 70, toQueue))
                .gets(70, 12, message(0x300, 0, 0, 0, toQueue))
                .after(6);

        assertThat(scene.classes()).containsExactly(HangClass.C14);
        assertThat(scene.hangs().get(0).finding().who().pid()).hasValue(70);
    }

    @Test
    void asksAgainWheneverItsPatienceEnds() {
        for (int i = 0; i < 4; i++) {
            scene.sends(70, ROUTE, getLink(i)).after(60);
        }

        assertThat(scene.classes()).containsExactly(HangClass.C15);
    }

    @Test
    void readerStopsInMidDump() {
        scene.sends(70, ROUTE, message(GETADDR, REQUEST | DUMP, 5, 70, BODY))
                .gets(70, ROUTE, message(NEWADDR, MULTI, 5, 70, BODY))
                .socket(ROUTE, 70, 700, 4352, true, 0, 70)
                .thread(70, 70, 'S', FUTEX, 0, "futex_wait_queue", "futex_wait")
                .samplesFor(8);

        assertThat(scene.classes()).containsExactly(HangClass.D1);
    }

    @Test
    void readerOfWhichNothingIsKnownStopsInMidDump() {
        scene.sends(70, ROUTE, message(GETADDR, REQUEST | DUMP, 5, 70, BODY))
                .gets(70, ROUTE, message(NEWADDR, MULTI, 5, 70, BODY))
                .socket(ROUTE, 70, 700, 4352, true, 0, 70)
                .kernelKeepsRequestOfDump(ROUTE)
                .samplesFor(8);

        assertThat(scene.classes()).containsExactly(HangClass.D1);
    }

    @Test
    void readerIsStopped() {
        scene.sends(70, ROUTE, message(GETADDR, REQUEST | DUMP, 5, 70, BODY))
                .gets(70, ROUTE, message(NEWADDR, MULTI, 5, 70, BODY))
                .socket(ROUTE, 70, 700, 4352, true, 0, 70)
                .thread(70, 70, 'T', -1, 0, "do_signal_stop", "get_signal")
                .samplesFor(8);

        assertThat(scene.classes()).containsExactly(HangClass.D2);
    }

    @Test
    void processThatHasEndedHangsNoMore() {
        scene.socket(ROUTE, 70, 700, 0, true, 0, 70)
                .sends(70, ROUTE, message(GETADDR, REQUEST | DUMP, 5, 70, BODY))
                .gets(70, ROUTE, message(NEWADDR, MULTI, 5, 70, BODY))
                .sample();
        Scene later = new Scene();
        later.sends(70, ROUTE, message(GETADDR, REQUEST | DUMP, 5, 70, BODY))
                .gets(70, ROUTE, message(NEWADDR, MULTI, 5, 70, BODY))
                .socket(ROUTE, 1, 1, 0, false, 0, 1)
                .samplesFor(8);

        assertThat(later.hangs()).isEmpty();
    }

    @Test
    void dumpsAgainAndAgainBecauseItWasInterrupted() {
        for (int i = 0; i < 6; i++) {
            scene.sends(70, ROUTE, message(GETADDR, REQUEST | DUMP, i, 70, BODY))
                    .gets(70, ROUTE, message(NEWADDR, MULTI | 0x10, i, 70, BODY), done(i, 70));
        }

        assertThat(scene.classes()).containsExactly(HangClass.E1);
    }

    @Test
    void repeatsWhatIsBusy() {
        for (int i = 0; i < 6; i++) {
            scene.sends(70, ROUTE, message(NEWLINK, REQUEST | ACK, i, 70, BODY))
                    .gets(70, ROUTE, error(16, NEWLINK, i, 70));
        }

        assertThat(scene.classes()).containsExactly(HangClass.E4);
    }

    @Test
    void healthyExchangesAreNothing() {
        for (int i = 0; i < 1000; i++) {
            scene.sends(70, ROUTE, getLink(i)).gets(70, ROUTE, message(NEWLINK, 0, i, 70, BODY));
        }
        scene.socket(ROUTE, 70, 700, 0, false, 0, 70)
                .thread(70, 70, 'S', EPOLL, 0, "ep_poll")
                .samplesFor(30);

        assertThat(scene.hangs()).isEmpty();
        assertThat(scene.summary().doubts()).isEmpty();
    }

    @Test
    void ofThirtyThousandReceivesOneNeverReturns() {
        for (int i = 1; i < 30_000; i++) {
            scene.sends(70, ROUTE, getLink(i)).gets(70, ROUTE, message(NEWLINK, 0, i, 70, BODY));
        }
        scene.sends(70, ROUTE, getLink(30_000))
                .socket(ROUTE, 70, 700, 0, false, 3, 70)
                .thread(70, 70, 'S', RECVFROM, 700, RECEIVING)
                .samplesFor(8);

        assertThat(scene.hangs()).singleElement().satisfies(hang -> {
            assertThat(hang.finding().hangClass()).isEqualTo(HangClass.C4);
            assertThat(hang.finding().what().seq()).hasValue(30_000);
            assertThat(hang.finding().why())
                    .contains(
                            "of 30,000 requests that it sent, 29,999 were answered; the answer to this one did not come");
        });
    }

    @Test
    void byTheWireAloneLessIsSaid() {
        Scene wire = new Scene().withoutComments();
        wire.sends(70, ROUTE, message(GETADDR, REQUEST | DUMP, 5, 70, BODY))
                .gets(70, ROUTE, message(NEWADDR, MULTI, 5, 70, BODY))
                .sends(80, ROUTE, message(GETLINK, REQUEST, 6, 80, BODY))
                .sends(90, 16, message(16, REQUEST | ACK, 7, 90, (byte) 3, (byte) 1, (byte) 0, (byte) 0))
                .gets(90, 16, error(2, 16, 7, 90))
                .after(8);

        assertThat(wire.hangs()).singleElement().satisfies(hang -> {
            assertThat(hang.finding().hangClass()).isEqualTo(HangClass.D1);
            assertThat(hang.confidence()).isEqualTo(Confidence.WIRE_ONLY);
        });
        Summary summary = wire.summary();
        assertThat(summary.doubts())
                .singleElement()
                .satisfies(doubt -> assertThat(doubt.what().type()).isEqualTo("RTM_GETLINK"));
        assertThat(summary.weaker()).anyMatch(each -> each.contains("does not tell which way datagrams went"));
        assertThat(summary.failures())
                .singleElement()
                .satisfies(failure -> assertThat(failure.error()).isEqualTo("ENOENT"));
    }

    @Test
    void whereTheKernelTellsNoDescriptorTheOnlySocketOfTheProcessIsTheOneItReads() {
        scene.sends(70, ROUTE, message(NEWLINK, REQUEST, 5, 0, BODY))
                .socket(ROUTE, 70, 700, 0, false, 0, 70)
                .thread(70, 71, 'S', -1, 0, RECEIVING)
                .samplesFor(8);

        assertThat(scene.classes()).containsExactly(HangClass.C2);
    }

    @Test
    void ofSeveralSocketsOfWhichOneListensNothingIsSaid() {
        scene.sends(70, ROUTE, message(NEWLINK, REQUEST, 5, 0, BODY))
                .socket(ROUTE, 70, 700, 0, false, 0, 70)
                .listener(ROUTE, 4_000_000_000L, 701, 0, 70)
                .thread(70, 71, 'S', -1, 0, RECEIVING)
                .samplesFor(8);

        assertThat(scene.hangs()).isEmpty();
    }

    @Test
    void ofManyAnswersThatOneOverrunLostTheFirstIsTold() {
        for (int i = 1; i <= 9; i++) {
            scene.sends(70, ROUTE, getLink(i));
        }
        scene.socket(ROUTE, 70, 700, 0, false, 18, 70).samplesFor(8);

        assertThat(scene.hangs()).singleElement().satisfies(hang -> {
            assertThat(hang.finding().hangClass()).isEqualTo(HangClass.C4);
            assertThat(hang.finding().what().seq()).hasValue(1);
        });
    }

    @Test
    void whoWaitsForTheLockInAnotherNamespaceHasTheSameHolder() {
        scene.kernelHas(ROUTE, 1)
                .socket(ROUTE, 70, 700, 0, false, 0, 70)
                .thread(90, 90, 'S', IOCTL, 0, "schedule", "handle_userfault", "dev_ethtool", "dev_ioctl")
                .sends(70, ROUTE, getLink(5))
                .samplesFor(8);

        assertThat(scene.hangs()).singleElement().satisfies(hang -> {
            assertThat(hang.finding().hangClass()).isEqualTo(HangClass.A1);
            assertThat(hang.confidence()).isEqualTo(Confidence.PROBABLE);
            assertThat(hang.finding().holder()).isPresent();
        });
    }
}
