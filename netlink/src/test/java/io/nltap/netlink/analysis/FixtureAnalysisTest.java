// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.netlink.Captures;
import io.nltap.netlink.change.Change;
import io.nltap.netlink.pcapng.CaptureReader;
import io.nltap.netlink.pcapng.CapturedPacket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Captures of real commands, which all went well or failed at once: made by tcpdump, without a word on whose they are. */
class FixtureAnalysisTest {
    private final List<Change> changes = new ArrayList<>();
    private final Analysis analysis = new Analysis(Settings.USUAL, changes::add);

    static List<String> names() {
        return Captures.names();
    }

    private Summary analysed(String name) {
        read(Captures.read(name));
        return analysis.summary();
    }

    private void read(ByteBuffer file) {
        CaptureReader reader = CaptureReader.of(file);
        for (Optional<CapturedPacket> packet = reader.next(); packet.isPresent(); packet = reader.next()) {
            analysis.accept(packet.get());
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void nothingHangsAndEachRequestHasItsAnswer(String name) {
        Summary summary = analysed(name);

        assertThat(summary.hangs()).isEmpty();
        assertThat(summary.doubts()).isEmpty();
        assertThat(summary.totals().unanswered()).isZero();
        assertThat(summary.totals().answersOfNobody()).isZero();
        assertThat(summary.totals().requests())
                .isEqualTo(summary.totals().answered() + summary.totals().unowed());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "link-add-veth   | Added link v0",
                "link-set-up     | Changed link 4",
                "addr-add        | Added address 192.0.2.1/24 dev 4",
                "route-add       | Added route 198.51.100.0/24 table RT_TABLE_MAIN metric 7",
                "neigh-add       | Added neighbour 192.0.2.7 dev 4",
                "link-del        | Removed link 4",
                "conntrack-add   | Added conntrack entry IPPROTO_UDP from 192.0.2.1 port 2222 to 198.51.100.2 port 53",
                "conntrack-mark  | Changed conntrack entry IPPROTO_UDP from 192.0.2.1 port 2222 to 198.51.100.2 port 53"
            })
    void whatWasChangedIsOneChange(String name, String change) {
        analysed(name);

        assertThat(changes)
                .extracting(each -> "%s %s %s".formatted(each.action().word(), each.kind(), each.object()))
                .containsExactly(change);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "conntrack-delete | 1 | IPPROTO_UDP from 192.0.2.1 port 2222 to 198.51.100.5 port 53",
                "conntrack-flush  | 2 | all"
            })
    void whatIsRemovedFromConntrackIsOneChangeThoughListenersAreToldOfEachEntry(
            String name, int added, String removed) {
        analysed(name);

        assertThat(changes)
                .filteredOn(each -> each.action() == Change.Action.ADDED)
                .hasSize(added);
        assertThat(changes)
                .filteredOn(each -> each.action() == Change.Action.REMOVED)
                .extracting(Change::object)
                .containsExactly(removed);
        assertThat(changes).hasSize(added + 1);
    }

    /** As nltap itself captures it, where each removal is known to be of whoever flushes. */
    @Test
    void aFlushIsOneChangeWhereItIsKnownWhoseItIs() {
        CaptureReader reader = CaptureReader.of(Captures.read("conntrack-flush"));
        for (Optional<CapturedPacket> packet = reader.next(); packet.isPresent(); packet = reader.next()) {
            analysis.accept(ofOneProcess(packet.get()));
        }

        assertThat(changes)
                .filteredOn(each -> each.action() == Change.Action.REMOVED)
                .extracting(Change::object)
                .containsExactly("all");
    }

    private static CapturedPacket ofOneProcess(CapturedPacket packet) {
        boolean asks = (packet.datagram().getShort(6) & 1) != 0;
        boolean answers = packet.datagram().getShort(4) == 2;
        return new CapturedPacket(
                packet.captureInterface(),
                packet.timestampNanos(),
                packet.packetType(),
                packet.protocol(),
                packet.originalLength(),
                packet.datagram(),
                packet.direction(),
                "pod=- container=- pid=7 comm=conntrack confidence=Exact role="
                        + (asks ? "sent" : answers ? "received" : "notified group=3"));
    }

    @Test
    void oneChangeForEachObjectOfABatch() {
        analysed("nft-add");

        assertThat(changes)
                .extracting(Change::kind)
                .containsExactly("nft table", "nft chain", "nft set", "nft set elements", "nft rule");
    }

    @ParameterizedTest
    @CsvSource({"nft-check", "nft-bad", "link-del-missing", "route-add-bad", "link-show", "nft-list"})
    void whatOnlyLooksOrFailsIsNoChange(String name) {
        analysed(name);

        assertThat(changes).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "nft-bad, ENOENT, NFT_MSG_DELTABLE",
        "link-del-missing, ENODEV, RTM_NEWLINK",
        "genl-missing, ENOENT, CTRL_CMD_GETFAMILY"
    })
    void whatFailedIsCountedByItsError(String name, String error, String type) {
        Summary summary = analysed(name);

        assertThat(summary.failures()).anySatisfy(failure -> {
            assertThat(failure.error()).isEqualTo(error);
            assertThat(failure.type()).isEqualTo(type);
        });
    }

    @Test
    void notificationsShowWhatWasBeforeAndAfter() {
        analysed("monitor");

        assertThat(changes).anySatisfy(change -> {
            assertThat(change.object()).isEqualTo("v1");
            assertThat(change.before()).containsEntry("IFLA_OPERSTATE", "IF_OPER_LOWERLAYERDOWN");
            assertThat(change.after()).containsEntry("IFLA_OPERSTATE", "IF_OPER_UP");
        });
    }

    @Test
    void twoHalvesMakeTheWhole() {
        Summary both = new Object() {
            Summary of(String name) {
                Analysis one = new Analysis(Settings.USUAL, change -> {});
                CaptureReader reader = CaptureReader.of(Captures.read(name));
                for (Optional<CapturedPacket> packet = reader.next(); packet.isPresent(); packet = reader.next()) {
                    one.accept(packet.get());
                }
                return one.summary();
            }

            Summary sum() {
                return of("addr-show").plus(of("route-add"));
            }
        }.sum();
        read(Captures.read("addr-show"));
        read(Captures.read("route-add"));

        Summary whole = analysis.summary();

        assertThat(both.totals()).isEqualTo(whole.totals());
        assertThat(both.kinds()).isEqualTo(whole.kinds());
        assertThat(both.timeline()).isEqualTo(whole.timeline());
        assertThat(both.changes()).isEqualTo(whole.changes());
    }
}
