// SPDX-License-Identifier: Apache-2.0
package io.nltap.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.nltap.netlink.analysis.ChangeCount;
import io.nltap.netlink.analysis.Confidence;
import io.nltap.netlink.analysis.Doubt;
import io.nltap.netlink.analysis.Failure;
import io.nltap.netlink.analysis.Finding;
import io.nltap.netlink.analysis.Hang;
import io.nltap.netlink.analysis.HangClass;
import io.nltap.netlink.analysis.Holder;
import io.nltap.netlink.analysis.Latencies;
import io.nltap.netlink.analysis.Omission;
import io.nltap.netlink.analysis.Overrun;
import io.nltap.netlink.analysis.RequestKind;
import io.nltap.netlink.analysis.SlowRequest;
import io.nltap.netlink.analysis.Summary;
import io.nltap.netlink.analysis.Talker;
import io.nltap.netlink.analysis.Timeline;
import io.nltap.netlink.analysis.Totals;
import io.nltap.netlink.author.Party;
import io.nltap.netlink.dialog.Matter;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SummaryJsonTest {
    private static final long AT = 1_750_000_000_123_456_789L;
    private static final Party IP =
            new Party(OptionalInt.of(4711), Optional.of("ip"), Optional.of("app"), Optional.of("shop/web-0"));
    private static final Matter GETLINK = new Matter("ROUTE", "RTM_GETLINK", OptionalLong.of(17));

    private static final Latencies LATENCIES =
            new Latencies(List.of(new Latencies.Step(8, 1), new Latencies.Step(1024, 2)), 1100);

    static final Summary FULL = new Summary(
            AT,
            AT + 9_000_000_000L,
            List.of("blue", "red"),
            new Totals(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14),
            15,
            List.of("it is"),
            List.of(
                    new Hang(
                            new Finding(
                                    HangClass.A1,
                                    AT,
                                    IP,
                                    GETLINK,
                                    List.of("one", "two"),
                                    Optional.of(new Holder(
                                            "ethtool[12]", Optional.of("shop/b"), List.of("schedule", "dev_ioctl")))),
                            "blue",
                            Confidence.CERTAIN,
                            AT + 8_000_000_000L,
                            OptionalLong.empty(),
                            2),
                    new Hang(
                            new Finding(HangClass.D1, AT, Party.UNKNOWN, Matter.NONE, List.of(), Optional.empty()),
                            "red",
                            Confidence.WIRE_ONLY,
                            AT + 6_000_000_000L,
                            OptionalLong.of(AT + 7_000_000_000L),
                            1)),
            List.of(new Doubt(AT, "blue", IP, GETLINK, "because")),
            List.of(new RequestKind("ROUTE", "RTM_GETLINK", true, 3, 1, 1, LATENCIES, Latencies.NONE)),
            List.of(new SlowRequest(AT, "blue", IP, GETLINK, true, 600_000_000, 5, "OK")),
            List.of(new Failure("ROUTE", "RTM_NEWADDR", "EEXIST", 17, "address there", IP, 3, AT, AT + 1)),
            List.of(new Overrun("blue", "ROUTE", 4_294_963_199L, 88, IP, 6, AT)),
            List.of(new Talker("blue", IP, 1, 2, 3, 4, 5, 6, 7)),
            new Timeline(Timeline.LEAST_SPAN, List.of(new Timeline.Span(1_750_000_000_100_000_000L, 1, 2, 3, 4, 5))),
            List.of(new ChangeCount("route", 1, 2, 3)),
            List.of(new Omission("dialogs", 3)));

    static void assertFitsSchema(byte[] json) throws Exception {
        try (InputStream in = SummaryJson.class.getResourceAsStream("summary.schema.json")) {
            JsonSchema schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(in);
            assertThat(schema.validate(new ObjectMapper().readTree(json))).isEmpty();
        }
    }

    @Test
    void readsWhatItWrites() throws Exception {
        byte[] json = SummaryJson.write(FULL);

        assertThat(SummaryJson.read(json)).isEqualTo(FULL);
    }

    @Test
    void fitsItsSchemaWhetherFullOrEmpty() throws Exception {
        assertFitsSchema(SummaryJson.write(FULL));
        assertFitsSchema(SummaryJson.write(Summary.NONE));
    }

    @Test
    void aFindingHasTheseFieldsAndNoOthers() throws Exception {
        JsonNode finding = new ObjectMapper()
                .readTree(SummaryJson.write(FULL))
                .get("findings")
                .get(0);

        assertThat(finding.fieldNames()).toIterable().containsExactly("class", "since", "who", "what", "why", "holder");
        assertThat(finding.toString()).isEqualTo("""
                        {"class":"A1","since":"2025-06-15T15:06:40.123456789Z",\
                        "who":{"pid":4711,"comm":"ip","container":"app","pod":"shop/web-0"},\
                        "what":{"protocol":"ROUTE","type":"RTM_GETLINK","seq":17},"why":["one","two"],\
                        "holder":{"task":"ethtool[12]","pod":"shop/b","stack":["schedule","dev_ioctl"]}}""");
        assertThat(SummaryJson.line(FULL.hangs().get(0).finding())).isEqualTo(finding.toString());
    }

    @Test
    void addingNothingChangesNothing() {
        assertThat(FULL.plus(Summary.NONE)).isEqualTo(FULL);
        assertThat(Summary.NONE.plus(FULL)).isEqualTo(FULL);
    }

    @Test
    void twoMakeOne() {
        Summary sum = FULL.plus(FULL);

        assertThat(sum.totals()).isEqualTo(FULL.totals().plus(FULL.totals()));
        assertThat(sum.kinds()).singleElement().satisfies(kind -> {
            assertThat(kind.requests()).isEqualTo(6);
            assertThat(kind.kernel().count()).isEqualTo(6);
        });
        assertThat(sum.talkers())
                .singleElement()
                .satisfies(talker -> assertThat(talker.messages()).isEqualTo(8));
        assertThat(sum.timeline().spans())
                .singleElement()
                .satisfies(span -> assertThat(span.requests()).isEqualTo(2));
        assertThat(sum.netns()).containsExactly("blue", "red");
        assertThat(sum.hangs()).hasSize(4);
    }

    @Test
    void saysWhatIsWrongWithAnotherFile() {
        assertThatThrownBy(() -> SummaryJson.read("{}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(FormatProblem.class)
                .hasMessage("summary.json: version is missing");
        assertThatThrownBy(() -> SummaryJson.read("{".getBytes(StandardCharsets.UTF_8)))
                .hasMessageStartingWith("summary.json is no JSON: ");
        assertThatThrownBy(() -> SummaryJson.read("{\"version\":2}".getBytes(StandardCharsets.UTF_8)))
                .hasMessage("summary.json: version 2 was written by another nltap: this one reads version 1");
    }
}
