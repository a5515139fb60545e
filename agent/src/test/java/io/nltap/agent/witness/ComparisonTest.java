// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.witness;

import static io.nltap.agent.witness.Witnessed.Way.RECEIVED;
import static io.nltap.agent.witness.Witnessed.Way.SENT;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static final long SECOND = 1_000_000_000;

    @Test
    void findsNothingToSayOfAFileThatIsRight() {
        Findings findings = Comparison.of(
                List.of(captured(7, "Exact", 0, 1, 2), captured(7, "Socket", 0, 3)),
                List.of(seen(7, SENT, 0, 1, 2), seen(7, RECEIVED, 0, 3)),
                List.of(seen(8, SENT, 0, 9)));

        assertThat(findings.summary())
                .isEqualTo("2 datagrams with 2 messages witnessed, 2 in the file, 2 attributed {Exact=1, Socket=1};"
                        + " missing 0, wrong 0, foreign 0, unread 0, unexplained 0");
    }

    @Test
    void findsWhatIsMissing() {
        Findings findings = Comparison.of(List.of(), List.of(seen(7, SENT, 0, 1)), List.of());

        assertThat(findings.missing()).hasSize(1);
        assertThat(findings.attributedShare()).isZero();
    }

    @Test
    void findsAWrongAuthorAlsoAmongEqualDatagrams() {
        Findings findings = Comparison.of(
                List.of(captured(7, "Exact", 0, 1), captured(7, "Exact", 0, 1)),
                List.of(seen(7, SENT, 0, 1), seen(8, SENT, 0, 1)),
                List.of());

        assertThat(findings.wrong()).singleElement().asString().contains("pid=7", "but the witness saw ip[8] SENT");
    }

    @Test
    void whoSharesTheSocketIsRightWhereOnlyTheSocketIsKnown() {
        List<Witnessed> parentAndChild = List.of(seen(7, SENT, 0, 1), seen(8, SENT, 0, 2));

        assertThat(Comparison.of(
                                List.of(captured(7, "Socket", 0, 1), captured(7, "Socket", 0, 2)),
                                parentAndChild,
                                List.of())
                        .wrong())
                .isEmpty();
        assertThat(Comparison.of(
                                List.of(captured(7, "Socket", 0, 1), captured(7, "Exact", 0, 2)),
                                parentAndChild,
                                List.of())
                        .wrong())
                .hasSize(1);
    }

    @Test
    void aConfessionOfIgnoranceIsNotWrong() {
        Findings findings =
                Comparison.of(List.of(captured(-1, "Unknown", 0, 1)), List.of(seen(7, SENT, 0, 1)), List.of());

        assertThat(findings.wrong()).isEmpty();
        assertThat(findings.found()).isEqualTo(1);
        assertThat(findings.attributed()).isZero();
    }

    @Test
    void aNotificationIsInTheFileOnceForAllItsListenersAndOfWhoeverCausedIt() {
        Findings findings = Comparison.of(
                List.of(captured(9, "Exact", 1, 5)),
                List.of(seen(7, RECEIVED, 1, 5), seen(8, RECEIVED, 1, 5)),
                List.of(seen(9, SENT, 0, 4)));

        assertThat(findings.missing()).isEmpty();
        assertThat(findings.wrong()).isEmpty();
        assertThat(findings.foreign()).isEmpty();
    }

    @Test
    void aNotificationIsNotOfSomebodyWhoSaidNothing() {
        Findings findings =
                Comparison.of(List.of(captured(7, "Exact", 1, 5)), List.of(seen(7, RECEIVED, 1, 5)), List.of());

        assertThat(findings.wrong()).hasSize(1);
    }

    @Test
    void tellsWhatIsOfOthersFromWhatNobodyRead() {
        Findings findings = Comparison.of(
                List.of(
                        captured(8, "Exact", 0, 1),
                        captured(-1, "Unknown", 0, 2),
                        captured(7, "Exact", 0, 3),
                        captured(6, "Exact", 0, 4)),
                List.of(seen(7, SENT, 0, 9)),
                List.of(seen(8, RECEIVED, 0, 1), seen(8, RECEIVED, 0, 2)));

        assertThat(findings.foreign()).hasSize(2);
        assertThat(findings.unread()).hasSize(1);
        assertThat(findings.unexplained()).hasSize(1);
    }

    @Test
    void aDatagramThatItsReceiverCutIsFoundByItsBeginning() {
        Witnessed cut = new Witnessed(7, "ip", RECEIVED, 0, 5, 0, SECOND, SECOND, 3, new byte[] {1, 2});

        assertThat(Comparison.of(List.of(captured(7, "Exact", 0, 1, 2, 3)), List.of(cut), List.of())
                        .found())
                .isEqualTo(1);
    }

    private static Captured captured(int pid, String confidence, int group, int... bytes) {
        return new Captured(
                SECOND,
                0,
                bytes.length,
                bytes(bytes),
                Captured.Direction.UNKNOWN,
                pid < 0 ? OptionalInt.empty() : OptionalInt.of(pid),
                pid < 0 ? "" : "ip",
                "",
                "",
                confidence,
                group);
    }

    private static Witnessed seen(int pid, Witnessed.Way way, int group, int... bytes) {
        return new Witnessed(
                pid, "ip", way, 0, 5, group == 0 ? 0 : 1L << group - 1, SECOND, SECOND, bytes.length, bytes(bytes));
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
