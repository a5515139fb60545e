// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.nltap.agent.linux.PcapCompiler;
import io.nltap.netlink.message.MessageType;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameFilterTest {
    private static final int ROUTE = 0;
    private static final int NETFILTER = 12;
    private static final int GENERIC = 16;
    private static final int NEWLINK = 16;
    private static final int GETLINK = 18;
    private static final int NEWROUTE = 24;
    private static final int DONE = 3;
    private static final int NFT_NEWRULE = 10 << 8 | 6;

    @Test
    void keepsTheProtocolsThatWereAskedFor() {
        FrameFilter filter = new FrameFilter(Set.of(ROUTE, GENERIC), List.of(), true, Optional.empty());

        assertThat(filter.passes(Frames.message(ROUTE, GETLINK), false)).isTrue();
        assertThat(filter.passes(Frames.message(GENERIC, 16), false)).isTrue();
        assertThat(filter.passes(Frames.message(NETFILTER, 16), false)).isFalse();
        assertThat(filter.passes(Frames.message(200, 16), false)).isFalse();
    }

    @Test
    void keepsADatagramThatHoldsOneOfTheTypes() {
        FrameFilter filter = types("RTM_NEWROUTE", "NFT_MSG_NEWRULE");

        assertThat(filter.passes(Frames.message(ROUTE, NEWROUTE), false)).isTrue();
        assertThat(filter.passes(Frames.messages(NETFILTER, 16, NFT_NEWRULE, 17), false))
                .isTrue();
        assertThat(filter.passes(Frames.message(ROUTE, NEWLINK), false)).isFalse();
        assertThat(filter.passes(Frames.message(NETFILTER, NEWROUTE), false)).isFalse();
        assertThat(filter.passes(Frames.message(ROUTE, DONE), false)).isFalse();
    }

    @Test
    void keepsWhatTheKernelAnswersToOneOfTheTypes() {
        FrameFilter filter = types("RTM_NEWROUTE");

        assertThat(filter.passes(Frames.answerTo(ROUTE, NEWROUTE), false)).isTrue();
        assertThat(filter.passes(Frames.answerTo(ROUTE, NEWLINK), false)).isFalse();
        assertThat(types("NLMSG_ERROR").passes(Frames.answerTo(ROUTE, NEWLINK), false))
                .isTrue();
    }

    @Test
    void tellsCommandsOfGenericNetlinkApart() {
        // CTRL_CMD_NEWMCAST_GRP = 7, as the payload of these frames begins.
        assertThat(types("CTRL_CMD_NEWMCAST_GRP").passes(Frames.message(GENERIC, 16), false))
                .isTrue();
        assertThat(types("CTRL_CMD_GETFAMILY").passes(Frames.message(GENERIC, 16), false))
                .isFalse();
    }

    @Test
    void leavesNotificationsOutWhenAskedTo() {
        FrameFilter filter = new FrameFilter(Set.of(), List.of(), false, Optional.empty());

        assertThat(filter.passes(Frames.message(ROUTE, NEWLINK), true)).isFalse();
        assertThat(filter.passes(Frames.message(ROUTE, NEWLINK), false)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "link[14:2] = 0, true",
        "link[14:2] = 16, false",
        "link[14:2] = 0 or link[14:2] = 12, true",
        "link[2:2] = 824, true",
        "link[15] = 0, true",
        "less 36, true",
        "less 35, false",
        "greater 36, true",
        "outbound, true",
        "inbound, false",
        "link[200:2] = 0, false",
        "not link[200:2] = 0, false",
        "link[16] & 1 = 0, true",
        "len % 5 = 1, true",
        "link[16 + link[14:2]] != 99, true"
    })
    void asksLibpcapsProgram(String expression, boolean passes) {
        assertThat(expression(expression).passes(Frames.message(ROUTE, GETLINK), false))
                .isEqualTo(passes);
    }

    @Test
    void expressionsSeeTheTypeOfTheFirstMessage() {
        int swapped = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? GETLINK << 8 : GETLINK;

        assertThat(expression("link[20:2] = " + swapped).passes(Frames.message(ROUTE, GETLINK), false))
                .isTrue();
        assertThat(expression("link[20:2] = " + swapped).passes(Frames.message(ROUTE, NEWLINK), false))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp port 80", "link[14:2] =", "frobnicate"})
    void libpcapSaysWhatIsWrongWithAnExpression(String expression) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PcapCompiler.compile(expression))
                .withMessageNotContaining("null")
                .matches(e -> !e.getMessage().isBlank());
    }

    private static FrameFilter types(String... names) {
        return new FrameFilter(
                Set.of(),
                List.of(names).stream()
                        .map(MessageType::named)
                        .map(Optional::orElseThrow)
                        .toList(),
                true,
                Optional.empty());
    }

    private static FrameFilter expression(String expression) {
        return new FrameFilter(Set.of(), List.of(), true, Optional.of(PcapCompiler.compile(expression)));
    }
}
