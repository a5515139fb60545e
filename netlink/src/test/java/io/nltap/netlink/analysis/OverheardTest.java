// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.netlink.change.Change;
import io.nltap.netlink.pcapng.CaptureInterface;
import io.nltap.netlink.pcapng.CapturedPacket;
import io.nltap.netlink.pcapng.PacketDirection;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Notifications that are in no capture, as only the capture itself listens to them. */
class OverheardTest {
    private static final CaptureInterface PLACE = new CaptureInterface(0, "netns 1", "", 253);
    private static final long T0 = 1_000_000_000L;

    private static final String IP = "pod=- container=- pid=7 comm=ip confidence=Exact role=";
    private static final String KERNEL = "pod=- container=- pid=0 comm=kernel confidence=Exact role=notified group=5";

    /** Of 192.0.2.1/24 on interface 1: struct ifaddrmsg, IFA_LOCAL, IFA_LABEL. */
    private static final String ADDRESS = """
            02 18 00 00  01 00 00 00
            08 00 02 00  c0 00 02 01
            07 00 03 00  6c 6f 00 00""";

    // ip address add 192.0.2.1/24 dev lo: RTM_NEWADDR, REQUEST|ACK|EXCL|CREATE, seq 9
    private static final String REQUEST = "28 00 00 00  14 00 05 06  09 00 00 00  00 00 00 00" + ADDRESS;
    private static final String ACK = """
            24 00 00 00  02 00 00 01  09 00 00 00  07 00 00 00  00 00 00 00
            28 00 00 00  14 00 05 06  09 00 00 00  00 00 00 00""";
    private static final String TOLD = "28 00 00 00  14 00 00 00  09 00 00 00  07 00 00 00" + ADDRESS;

    // by SIOCSIFADDR
    private static final String TOLD_OF_IOCTL = "28 00 00 00  14 00 00 00  00 00 00 00  00 00 00 00" + ADDRESS;

    private final List<Change> changes = new ArrayList<>();
    private final Analysis analysis = new Analysis(Settings.USUAL, changes::add);

    @Test
    void whatNobodyAskedForIsAChangeOfNobodyKnown() {
        analysis.overhear(packet(T0, TOLD_OF_IOCTL, KERNEL));

        assertThat(changes).singleElement().satisfies(change -> {
            assertThat(change.object()).startsWith("192.0.2.1/24");
            assertThat(change.action()).isEqualTo(Change.Action.ADDED);
            assertThat(change.authorship()).isEqualTo(Change.Authorship.UNKNOWN);
            assertThat(change.who().isKnown()).isFalse();
            assertThat(change.proof()).isEqualTo(Change.Proof.NOTIFIED);
        });
        assertThat(analysis.summary().totals().datagrams()).isZero();
    }

    @Test
    void whatARequestDidIsOneChangeWithIt() {
        analysis.accept(packet(T0, REQUEST, IP + "sent"));
        analysis.overhear(packet(T0 + 1_000, TOLD, IP + "notified group=5"));
        analysis.accept(packet(T0 + 2_000, ACK, IP + "received"));

        Summary summary = analysis.summary();

        assertThat(changes).singleElement().satisfies(change -> {
            assertThat(change.authorship()).isEqualTo(Change.Authorship.CERTAIN);
            assertThat(change.who().pid()).hasValue(7);
            assertThat(change.after()).containsEntry("IFA_LABEL", "lo");
        });
        assertThat(summary.totals().datagrams()).isEqualTo(2);
        assertThat(summary.totals().notifications()).isZero();
    }

    @Test
    void aCopyOfItInTheCaptureIsNoSecondChange() {
        String removed = TOLD_OF_IOCTL.replaceFirst("14 00", "15 00");
        analysis.overhear(packet(T0, removed, KERNEL));
        analysis.accept(packet(T0 + 1_000, removed, KERNEL));

        assertThat(changes)
                .singleElement()
                .satisfies(change -> assertThat(change.action()).isEqualTo(Change.Action.REMOVED));
        assertThat(analysis.summary().totals().notifications()).isEqualTo(1);
    }

    @Test
    void thatADeviceOfNltapComesAndGoesIsNoChange() {
        analysis.overhear(packet(T0, link("10 00", "07", "nltap-1a2b3c4d"), KERNEL));
        analysis.accept(packet(T0 + 1_000_000_000L, qdisc("24 00", "07"), KERNEL));
        analysis.overhear(packet(T0 + 2_000_000_000L, link("11 00", "07", "nltap-1a2b3c4d"), KERNEL));

        assertThat(changes).isEmpty();
    }

    @Test
    void neitherIsWhatBecomesOfOneThatHadBeenThereBefore() {
        analysis.knowTaps("netns 1", Set.of(8));

        analysis.overhear(packet(T0, qdisc("25 00", "08"), KERNEL));
        analysis.overhear(packet(T0 + 1_000_000_000L, qdisc("25 00", "09"), KERNEL));

        assertThat(changes)
                .extracting(Change::object)
                .singleElement()
                .asString()
                .startsWith("dev 9");
    }

    @Test
    void otherDevicesWithSuchNamesAreToldOf() {
        analysis.overhear(packet(T0, link("10 00", "07", "nltap-somebody"), KERNEL));

        assertThat(changes).extracting(Change::object).containsExactly("nltap-somebody");
    }

    /** Of kind nlmon: struct ifinfomsg, IFLA_IFNAME of 14 characters, IFLA_LINKINFO with IFLA_INFO_KIND. */
    private static String link(String type, String index, String name) {
        return "44 00 00 00" + type + "00 00 00 00 00 00 00 00 00 00"
                + "00 00 38 03" + index + "00 00 00  43 00 01 00  ff ff ff ff"
                + "13 00 03 00" + HexFormat.of().formatHex(name.getBytes(StandardCharsets.US_ASCII)) + "00 00"
                + "10 00 12 00  0a 00 01 00  6e 6c 6d 6f 6e 00 00 00";
    }

    /** clsact: struct tcmsg, TCA_KIND. */
    private static String qdisc(String type, String index) {
        return "30 00 00 00" + type + "00 00 00 00 00 00 00 00 00 00"
                + "00 00 00 00" + index + "00 00 00  00 00 ff ff  f1 ff ff ff  01 00 00 00"
                + "0b 00 01 00  63 6c 73 61 63 74 00 00";
    }

    @Test
    void whatThereWasNoRoomForIsSaid() {
        analysis.missOverheard(3);

        assertThat(analysis.summary().omissions())
                .containsExactly(new Omission("notifications that nobody else heard", 3));
    }

    private static CapturedPacket packet(long time, String hex, String comment) {
        byte[] bytes = HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
        return new CapturedPacket(
                PLACE,
                time,
                4,
                0,
                bytes.length,
                ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN),
                PacketDirection.UNKNOWN,
                comment);
    }
}
