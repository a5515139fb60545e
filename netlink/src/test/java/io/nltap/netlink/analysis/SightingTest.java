// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import static io.nltap.netlink.analysis.Scene.REQUEST;
import static io.nltap.netlink.analysis.Scene.ROUTE;
import static io.nltap.netlink.analysis.Scene.message;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Threads are looked at after the sockets of the same sample, or not again for the next one. */
class SightingTest {
    private static final int NEWLINK = 16;
    private static final int GETLINK = 18;
    private static final int RECVFROM = 45;
    private static final byte[] BODY = new byte[16];

    private final Scene scene = new Scene();

    /** On a descriptor that is another socket by now. */
    private Scene waits() {
        return scene.sends(70, ROUTE, message(GETLINK, REQUEST, 1, 0, BODY))
                .gets(70, ROUTE, message(NEWLINK, 0, 1, 70, BODY))
                .socket(ROUTE, 70, 700, 0, false, 0)
                .thread(70, 70, 'S', RECVFROM, 999, "schedule", "netlink_recvmsg");
    }

    @Test
    void whatWasSeenOnceIsNotEnoughHoweverOftenItIsTold() {
        waits().threadsAreNotLookedAtAnyMore().samplesFor(8);

        assertThat(scene.hangs()).isEmpty();
    }

    /** A sample's time is when its sockets were read: who begins to wait before it is looked at has not waited since then. */
    @Test
    void waitIsToldFromWhenItWasSeen() {
        waits().threadsAreSeenLaterBy(0.25).sample();
        long firstSample = scene.nanos();
        scene.samplesFor(8);

        assertThat(scene.hangs())
                .singleElement()
                .satisfies(hang -> assertThat(hang.finding().sinceNanos()).isEqualTo(firstSample + 250_000_000));
    }
}
