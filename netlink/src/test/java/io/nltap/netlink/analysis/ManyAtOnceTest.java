// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import static io.nltap.netlink.analysis.Scene.ACK;
import static io.nltap.netlink.analysis.Scene.DUMP;
import static io.nltap.netlink.analysis.Scene.MULTI;
import static io.nltap.netlink.analysis.Scene.REQUEST;
import static io.nltap.netlink.analysis.Scene.ROUTE;
import static io.nltap.netlink.analysis.Scene.done;
import static io.nltap.netlink.analysis.Scene.message;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Several sockets, threads and processes, of which only some hang; and samples for which there was little time. */
class ManyAtOnceTest {
    private static final int NEWLINK = 16;
    private static final int GETLINK = 18;
    private static final int NEWADDR = 20;
    private static final int GETADDR = 22;
    private static final byte[] BODY = new byte[16];

    private static final int SENDTO = 44;
    private static final int RECVFROM = 45;
    private static final String[] RECEIVING = {"schedule_timeout", "__skb_wait_for_more_packets", "netlink_recvmsg"};
    private static final String[] RTNL_WAIT = {
        "__mutex_lock", "rtnl_lock", "rtnetlink_rcv_msg", "netlink_rcv_skb", "netlink_unicast", "netlink_sendmsg"
    };

    private final Scene scene = new Scene();

    private static byte[] change(long seq) {
        return message(NEWLINK, REQUEST, seq, 0, BODY);
    }

    @Test
    void oneThreadHangsWhileAnotherAsksOnASocketOfItsOwn() {
        scene.socket(ROUTE, 70, 700, 0, false, 0, 70)
                .socket(ROUTE, 4_000_000_000L, 701, 0, false, 0, 70)
                .thread(70, 70, 'S', RECVFROM, 700, RECEIVING)
                .thread(70, 71, 'S', 230, 0, "hrtimer_nanosleep")
                .sample()
                .sendsFrom(70, 70, ROUTE, change(1));
        for (int second = 1; second < 9; second++) {
            scene.after(1)
                    .sendsFrom(4_000_000_000L, 70, ROUTE, message(GETLINK, REQUEST, second, 0, BODY))
                    .gets(70, ROUTE, message(NEWLINK, 0, second, 4_000_000_000L, BODY))
                    .sample();
        }

        assertThat(scene.hangs()).singleElement().satisfies(hang -> {
            assertThat(hang.finding().hangClass()).isEqualTo(HangClass.C2);
            assertThat(hang.finding().who().pid()).hasValue(70);
        });
    }

    @Test
    void twoSocketsOfOneProcessHangForReasonsOfTheirOwn() {
        scene.kernelHas(ROUTE, 0)
                .socket(ROUTE, 70, 700, 0, false, 0, 70)
                .socket(ROUTE, 4_000_000_000L, 701, 0, false, 0, 70)
                .thread(70, 70, 'S', RECVFROM, 700, RECEIVING)
                .thread(70, 71, 'S', RECVFROM, 701, RECEIVING)
                .sendsFrom(70, 70, ROUTE, change(1))
                .sendsFrom(4_000_000_000L, 70, ROUTE, message(GETLINK, REQUEST, 5, 0, BODY))
                .samplesFor(8);

        assertThat(scene.classes()).containsExactlyInAnyOrder(HangClass.C2, HangClass.C5);
    }

    @Test
    void ofTwoThreadsWithoutDescriptorsOneListensAndTheOtherWaitsInVain() {
        scene.socket(ROUTE, 70, 700, 0, false, 0, 70)
                .listener(ROUTE, 4_000_000_000L, 701, 0, 70)
                .thread(70, 70, 'S', -1, 0, RECEIVING)
                .thread(70, 71, 'S', -1, 0, RECEIVING)
                .sendsFrom(70, 70, ROUTE, change(1))
                .samplesFor(8);

        assertThat(scene.classes()).containsExactly(HangClass.C2);
    }

    @Test
    void whoseARequestIsIsKnownByTheOnlyHolderOfItsSocket() {
        Scene anonymous = scene.withoutProcesses();
        anonymous
                .socket(ROUTE, 70, 700, 4352, true, 0, 71)
                .sendsFrom(70, 71, ROUTE, message(GETADDR, REQUEST | DUMP, 5, 0, BODY))
                .gets(71, ROUTE, message(NEWADDR, MULTI, 5, 70, BODY))
                .samplesFor(8);

        assertThat(anonymous.hangs()).singleElement().satisfies(hang -> {
            assertThat(hang.finding().hangClass()).isEqualTo(HangClass.D1);
            assertThat(hang.finding().who().pid()).hasValue(71);
        });
    }

    @Test
    void socketThatWasClosedIsNotTheOneThatHasItsPortNow() {
        scene.kernelHas(ROUTE, 0)
                .socket(ROUTE, 70, 700, 0, false, 0, 70)
                .sample()
                .sendsFrom(70, 70, ROUTE, message(GETADDR, REQUEST | DUMP, 5, 0, BODY))
                .gets(70, ROUTE, message(NEWADDR, MULTI, 5, 70, BODY))
                .after(1)
                .sample()
                .withoutSocket(700)
                .after(1)
                .sample()
                .socket(ROUTE, 70, 701, 0, false, 0, 70)
                .samplesFor(10);

        assertThat(scene.hangs()).isEmpty();
        assertThat(scene.summary().doubts()).isEmpty();
    }

    @Test
    void whoAsksForNothingAndGetsOnIsHealthyHoweverOftenItIsSeenInTheKernel() {
        scene.kernelHas(ROUTE, 1)
                .socket(ROUTE, 70, 700, 0, false, 0, 70)
                .thread(70, 70, 'R', SENDTO, 700, "rtnetlink_rcv_msg", "netlink_rcv_skb", "netlink_sendmsg");
        for (int i = 0; i < 20; i++) {
            scene.after(0.5).sendsFrom(70, 70, ROUTE, change(i)).sample();
        }

        assertThat(scene.hangs()).isEmpty();
    }

    @Test
    void programThatTheKernelWaitsForIsNoModule() {
        scene.kernelHas(ROUTE, 2)
                .thread(
                        70,
                        70,
                        'D',
                        SENDTO,
                        700,
                        "call_usermodehelper_exec",
                        "br_stp_call_user",
                        "br_stp_start",
                        "rtnl_newlink",
                        "rtnetlink_rcv_msg",
                        "netlink_sendmsg")
                .thread(80, 80, 'D', SENDTO, 800, RTNL_WAIT)
                .sendsFrom(70, 70, ROUTE, message(NEWLINK, REQUEST | ACK | 0x400, 5, 0, BODY))
                .sendsFrom(80, 80, ROUTE, message(GETLINK, REQUEST, 6, 0, BODY))
                .samplesFor(8);

        assertThat(scene.classes()).containsExactlyInAnyOrder(HangClass.A5, HangClass.A1);
        assertThat(scene.hangs())
                .filteredOn(each -> each.finding().hangClass() == HangClass.A1)
                .allSatisfy(each ->
                        assertThat(each.finding().holder().orElseThrow().task()).isEqualTo("client[70]"));
    }

    @Test
    void whoWaitsForAnotherLockMeanwhileHoldsTheLockOfTheProtocol() {
        scene.kernelHas(16, 2)
                .thread(
                        70,
                        70,
                        'D',
                        SENDTO,
                        700,
                        "mutex_lock",
                        "rtnl_lock",
                        "macsec_dump_txsc",
                        "genl_lock_dumpit",
                        "netlink_dump",
                        "__netlink_dump_start",
                        "genl_rcv_msg",
                        "netlink_sendmsg")
                .thread(80, 80, 'D', SENDTO, 800, "mutex_lock", "genl_rcv_msg", "netlink_rcv_skb", "netlink_sendmsg")
                .sendsFrom(80, 80, 16, message(16, REQUEST | ACK, 5, 0, (byte) 3, (byte) 1, (byte) 0, (byte) 0))
                .sendsFrom(70, 70, 16, message(30, REQUEST | DUMP, 5, 0, (byte) 0, (byte) 1, (byte) 0, (byte) 0))
                .samplesFor(8);

        assertThat(scene.hangs()).anySatisfy(hang -> {
            assertThat(hang.finding().hangClass()).isEqualTo(HangClass.A3);
            assertThat(hang.finding().who().pid()).hasValue(80);
            assertThat(hang.finding().holder().orElseThrow().task()).isEqualTo("client[70]");
        });
        assertThat(scene.classes()).containsExactlyInAnyOrder(HangClass.A3, HangClass.A2);
    }

    @Test
    void whileThereWasNoTimeToLookAtThreadsNothingIsGuessed() {
        scene.kernelHas(ROUTE, 1)
                .thereWasNoTime()
                .sendsFrom(70, 70, ROUTE, message(GETLINK, REQUEST, 5, 0, BODY))
                .socket(ROUTE, 70, 700, 0, false, 0, 70)
                .samplesFor(8);

        assertThat(scene.hangs()).isEmpty();
        assertThat(scene.summary().doubts())
                .singleElement()
                .satisfies(doubt -> assertThat(doubt.reason()).contains("no time yet to look at all threads"));
    }

    @Test
    void dumpWhosePartIsBeingMadeIsNotOneThatNobodyReads() {
        scene.kernelHas(ROUTE, 1)
                .socket(ROUTE, 70, 700, 4352, true, 0, 70)
                .thread(70, 70, 'S', 0, 0, "pipe_read")
                .sends(70, ROUTE, message(GETLINK, REQUEST | DUMP, 5, 0, BODY))
                .samplesFor(8);

        assertThat(scene.classes()).containsExactly(HangClass.A2);
    }

    @Test
    void threadOfAnotherNamespaceThatSaidNothingHereIsNotReported() {
        scene.threadElsewhere(90, 90, 'D', "mutex_lock", "rtnl_lock", "register_netdev", "copy_net_ns")
                .samplesFor(8);

        assertThat(scene.hangs()).isEmpty();
    }

    @Test
    void sendersOfOneSocketToAnotherProcessAreOneHang() {
        scene.socket(2, 4712, 800, 5_000, false, 0, 80)
                .socket(2, 70, 700, 0, false, 0, 70)
                .thread(70, 70, 'S', SENDTO, 700, "netlink_attachskb", "netlink_unicast", "netlink_sendmsg");
        for (int seq = 1; seq < 5; seq++) {
            scene.sendsFrom(70, 70, 2, message(64, REQUEST, seq, 0, BODY));
        }
        scene.samplesFor(8);

        assertThat(scene.hangs()).singleElement().satisfies(hang -> {
            assertThat(hang.finding().hangClass()).isEqualTo(HangClass.A6);
            assertThat(hang.finding().who().pid()).hasValue(70);
        });
    }

    @Test
    void senderThatIsKeptInTheKernelDoesNotAlsoWaitForAnAnswer() {
        scene.socket(2, 4711, 801, 896, false, 0, 81)
                .socket(2, 4712, 800, 5_000, false, 0, 80)
                .socket(2, 70, 700, 0, false, 0, 70)
                .thread(70, 70, 'S', SENDTO, 700, "netlink_attachskb", "netlink_unicast", "netlink_sendmsg");
        for (int seq = 1; seq < 4; seq++) {
            scene.sendsFrom(70, 70, 2, message(64, REQUEST, seq, 4712, BODY));
        }
        scene.samplesFor(8).thereWasNoTime().withoutThreads().samplesFor(40);

        assertThat(scene.classes()).containsExactly(HangClass.A6);
    }

    @Test
    void readerThatIsSlowGetsOn() {
        for (int seq = 1; seq < 5; seq++) {
            scene.sendsFrom(70, 70, ROUTE, message(GETADDR, REQUEST | DUMP, seq, 0, BODY))
                    .gets(70, ROUTE, message(NEWADDR, MULTI, seq, 70, BODY))
                    .socket(ROUTE, 70, 700, 8448, true, 0, 70)
                    .samplesFor(3)
                    .gets(70, ROUTE, done(seq, 70))
                    .socket(ROUTE, 70, 700, 8448, false, 0, 70)
                    .samplesFor(2);
        }

        assertThat(scene.hangs()).isEmpty();
        assertThat(scene.samplesFor(6).classes()).containsExactly(HangClass.D1);
    }

    @Test
    void readerOfWhichTheCaptureLostSomethingMayBeGettingOn() {
        scene.sends(70, ROUTE, message(GETADDR, REQUEST | DUMP, 5, 70, BODY))
                .gets(70, ROUTE, message(NEWADDR, MULTI, 5, 70, BODY))
                .socket(ROUTE, 70, 700, 4352, true, 0, 70)
                .ringLoses(2)
                .samplesFor(8);

        assertThat(scene.hangs()).isEmpty();
        assertThat(scene.summary().doubts())
                .singleElement()
                .satisfies(doubt -> assertThat(doubt.reason()).contains("it may be getting on"));
    }

    @Test
    void processThatThereWasNoTimeToLookAtAgainIsStillStopped() {
        scene.sends(70, ROUTE, message(GETADDR, REQUEST | DUMP, 5, 70, BODY))
                .gets(70, ROUTE, message(NEWADDR, MULTI, 5, 70, BODY))
                .socket(ROUTE, 70, 700, 4352, true, 0, 70)
                .thread(70, 70, 'T', -1, 0, "do_signal_stop", "get_signal")
                .samplesFor(8);

        assertThat(scene.thereWasNoTime().withoutThreads().samplesFor(20).classes())
                .containsExactly(HangClass.D2);
    }

    @Test
    void memoryIsWaitedFor() {
        scene.thread(70, 70, 'D', SENDTO, 700, "shrink_node", "try_to_free_pages", "__alloc_skb", "netlink_sendmsg")
                .samplesFor(8);

        assertThat(scene.classes()).containsExactly(HangClass.A7);
    }

    @Test
    void auditBacklogHoldsItUp() {
        scene.thread(
                        70,
                        70,
                        'D',
                        SENDTO,
                        700,
                        "schedule_timeout",
                        "audit_receive",
                        "netlink_unicast",
                        "netlink_sendmsg")
                .samplesFor(8);

        assertThat(scene.classes()).containsExactly(HangClass.A8);
    }

    @Test
    void bindWaitsForTheTableOfSockets() {
        scene.thread(70, 70, 'D', 49, 700, "netlink_table_grab", "netlink_bind", "__sys_bind")
                .samplesFor(8);

        assertThat(scene.classes()).containsExactly(HangClass.B2);
    }

    @Test
    void closeWaitsForWhoMakesRules() {
        scene.thread(
                        70,
                        70,
                        'D',
                        3,
                        0,
                        "mutex_lock",
                        "nft_rcv_nl_event",
                        "blocking_notifier_call_chain",
                        "netlink_release",
                        "__sock_release")
                .samplesFor(8);

        assertThat(scene.classes()).containsExactly(HangClass.B3);
    }

    @Test
    void sysfsIsReadAgainAndAgain() {
        scene.thread(70, 70, 'R', 0, 0, "restart_syscall", "speed_show", "dev_attr_show", "sysfs_kf_seq_show")
                .samplesFor(8);

        assertThat(scene.classes()).containsExactly(HangClass.B5);
    }

    @Test
    void dumpStopsInItsMiddleAndNothingIsToBeRead() {
        scene.kernelHas(ROUTE, 0)
                .socket(ROUTE, 70, 700, 0, true, 0, 70)
                .thread(70, 70, 'S', RECVFROM, 700, RECEIVING)
                .sendsFrom(70, 70, ROUTE, message(GETADDR, REQUEST | DUMP, 5, 0, BODY))
                .gets(70, ROUTE, message(NEWADDR, MULTI, 5, 70, BODY))
                .samplesFor(8);

        assertThat(scene.classes()).isEqualTo(List.of(HangClass.C6));
    }
}
