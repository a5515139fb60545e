// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import static io.nltap.netlink.analysis.Scene.ACK;
import static io.nltap.netlink.analysis.Scene.REQUEST;
import static io.nltap.netlink.analysis.Scene.ROUTE;
import static io.nltap.netlink.analysis.Scene.message;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is not in the capture is not held against anybody. */
class LackingCaptureTest {
    private static final int GETLINK = 18;
    private static final int RECVFROM = 45;
    private static final long SOCKET = 700;

    private final Scene scene = new Scene();

    @Test
    void whatTheRingLostIsNotBlamedOnAnybody() {
        asks().ringLoses(5).samplesFor(8);

        assertOnlyDoubt("the capture itself lacks datagrams");
    }

    @Test
    void whatWasLeftOutIsNotBlamedOnWhoSaidIt() {
        asks().leavesOut(ROUTE, 70, 1).samplesFor(8);

        assertOnlyDoubt("the capture itself lacks datagrams");
    }

    @Test
    void whoSeemsSilentBecauseItWasLeftOutWaitsForSomethingUnknown() {
        waits().leavesOut(ROUTE, 70, 1).samplesFor(8);

        assertOnlyDoubt("the capture lacks datagrams");
    }

    @Test
    void whoHasSaidMoreThanIsThereIsNotSaidToWaitForWhatWasDiscarded() {
        scene.sends(70, ROUTE, message(GETLINK, 0, 1, 70, new byte[16]))
                .socket(ROUTE, 70, SOCKET, 0, false, 0, 70)
                .leavesOut(ROUTE, 70, 1)
                .samplesFor(8);

        assertThat(scene.hangs()).isEmpty();
    }

    @Test
    void whatWasLeftOutOfOthersIsNoDoubtOfAnybody() {
        waits().leavesOut(ROUTE, 71, 5).samplesFor(8);

        assertThat(scene.hangs())
                .singleElement()
                .satisfies(hang -> assertThat(hang.finding().hangClass()).isEqualTo(HangClass.C12));
    }

    private Scene asks() {
        return scene.sends(70, ROUTE, message(GETLINK, REQUEST | ACK, 1, 70, new byte[16]))
                .socket(ROUTE, 70, SOCKET, 0, false, 0, 70);
    }

    private Scene waits() {
        return scene.sample()
                .after(1)
                .socket(ROUTE, 70, SOCKET, 0, false, 0, 70)
                .thread(
                        70,
                        70,
                        'S',
                        RECVFROM,
                        SOCKET,
                        "schedule_timeout",
                        "__skb_wait_for_more_packets",
                        "netlink_recvmsg");
    }

    private void assertOnlyDoubt(String reason) {
        assertThat(scene.hangs()).isEmpty();
        assertThat(scene.summary().doubts())
                .singleElement()
                .satisfies(doubt -> assertThat(doubt.reason()).contains(reason));
    }
}
