// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.netlink.evidence.CaptureLosses;
import io.nltap.netlink.evidence.EvidenceSample;
import io.nltap.netlink.evidence.TapHealth;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SampleQueueTest {
    private final SampleQueue queue = new SampleQueue();

    @Test
    void handsOverWhatIsNotLaterAndKeepsTheRest() {
        EvidenceSample first = sample(10);
        EvidenceSample second = sample(20);
        queue.add(first);
        queue.add(second);

        assertThat(queue.next(9)).isNull();
        assertThat(queue.next(10)).isSameAs(first);
        assertThat(queue.next(19)).isNull();
        assertThat(queue.next(Long.MAX_VALUE)).isSameAs(second);
        assertThat(queue.next(Long.MAX_VALUE)).isNull();
    }

    @Test
    void takesMoreAfterItWasEmpty() {
        queue.add(sample(10));
        queue.next(10);
        queue.add(sample(20));
        assertThat(queue.next(20)).isNotNull();

        queue.add(sample(30));
        queue.clear();
        assertThat(queue.next(30)).isNull();
    }

    private static EvidenceSample sample(long nanos) {
        return new EvidenceSample(
                nanos,
                "netns",
                OptionalLong.empty(),
                List.of(),
                List.of(),
                List.of(),
                new TapHealth(0, CaptureLosses.NONE, 0),
                0);
    }
}
