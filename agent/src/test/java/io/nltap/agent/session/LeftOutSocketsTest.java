// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.agent.frame.Attribution.Role;
import io.nltap.agent.frame.Direction;
import io.nltap.agent.frame.Frame;
import io.nltap.agent.frame.FrameTag;
import io.nltap.agent.segment.TestFrame;
import io.nltap.netlink.evidence.CaptureLosses.LeftOut;
import org.junit.jupiter.api.Test;

class LeftOutSocketsTest {
    private static final long RANDOM = 3_432_824_327L;

    private final LeftOutSockets leftOut = new LeftOutSockets();
    private final FrameTag tag = new FrameTag();
    private final int protocol = frame(0).protocol();

    @Test
    void countsWhatASocketSaidAndWasTold() {
        sent(RANDOM);
        sent(700);
        leftOut.count(frame(RANDOM), tag, false, Role.RECEIVED);

        assertThat(leftOut.counted())
                .containsExactlyInAnyOrder(new LeftOut(protocol, RANDOM, 2), new LeftOut(protocol, 700, 1));
    }

    @Test
    void countsNothingThatASocketOnlyHeardOf() {
        leftOut.count(frame(700), tag, false, Role.NOTIFIED);

        assertThat(leftOut.counted()).isEmpty();
    }

    @Test
    void countsNothingOfWhichTheSocketIsNotKnown() {
        leftOut.count(frame(0), tag, false, Role.RECEIVED);

        assertThat(leftOut.counted()).isEmpty();
    }

    @Test
    void forgetsTheOneOfWhichSomethingWasLeftOutLongestAgo() {
        for (int portId = 1; portId <= LeftOutSockets.SOCKETS; portId++) {
            sent(portId);
        }
        sent(1);
        sent(RANDOM);

        assertThat(leftOut.counted())
                .hasSize(LeftOutSockets.SOCKETS)
                .contains(new LeftOut(protocol, 1, 2), new LeftOut(protocol, RANDOM, 1))
                .noneMatch(each -> each.portId() == 2);
    }

    private void sent(long portId) {
        tag.set(Direction.TO_KERNEL, portId, 0, FrameTag.NO_PROCESS, FrameTag.NO_PROCESS, FrameTag.NO_CGROUP, 1);
        leftOut.count(frame(0), tag, true, Role.SENT);
    }

    private static Frame frame(long portId) {
        return new TestFrame(64).of(1, 1, 32).withPortId(portId);
    }
}
