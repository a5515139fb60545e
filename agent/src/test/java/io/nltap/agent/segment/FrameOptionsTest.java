// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.agent.frame.Attribution;
import io.nltap.agent.frame.Author;
import io.nltap.agent.frame.Confidence;
import io.nltap.netlink.pcapng.PacketDirection;
import io.nltap.netlink.pcapng.PacketOptions;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FrameOptionsTest {
    private final FrameOptions options = new FrameOptions();

    @Test
    void areMadeOnceForEachThingThatIsSaid() {
        Attribution sent = attribution(Attribution.Role.SENT, 10);
        Attribution answered = attribution(Attribution.Role.RECEIVED, 10);

        PacketOptions first = options.of(sent, 0, 10, PacketDirection.OUTBOUND);

        assertThat(options.of(answered, 0, 0, PacketDirection.INBOUND)).isNotSameAs(first);
        assertThat(options.of(sent, 1, 10, PacketDirection.OUTBOUND)).isNotSameAs(first);
        assertThat(options.of(sent, 0, 10, PacketDirection.UNKNOWN)).isNotSameAs(first);
        assertThat(options.of(sent, 0, 11, PacketDirection.OUTBOUND)).isNotSameAs(first);
        assertThat(options.of(attribution(Attribution.Role.SENT, 20), 0, 10, PacketDirection.OUTBOUND))
                .isNotSameAs(first);
        assertThat(options.of(sent, 0, 10, PacketDirection.OUTBOUND)).isSameAs(first);
    }

    private static Attribution attribution(Attribution.Role role, int pid) {
        return new Attribution(role, new Author.Process(pid, "ip", Optional.empty()), Confidence.EXACT, "");
    }
}
