// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nltap.netlink.Captures;
import io.nltap.netlink.pcapng.EnhancedPacket;
import io.nltap.netlink.pcapng.InterfaceDescription;
import io.nltap.netlink.pcapng.PacketOptions;
import io.nltap.netlink.pcapng.SectionHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CaptureLinesTest {

    static List<String> captures() {
        return Captures.names();
    }

    @Test
    void showsADumpOfLinks() {
        assertThat(lines(Captures.read("link-show")))
                .containsExactly(
                        "2026-11-22T20:12:44.379754586Z - ? ROUTE RTM_NEWLINK REQUEST|ACK seq 0 port 0 len 32",
                        "2026-11-22T20:12:44.379774554Z - ? ROUTE NLMSG_ERROR ENODEV to RTM_NEWLINK - seq 0 port 712 len 52",
                        "2026-11-22T20:12:44.380189018Z - ? ROUTE RTM_GETLINK REQUEST|DUMP seq 1795378365 port 0 len 40",
                        "2026-11-22T20:12:44.380209242Z - ? ROUTE RTM_NEWLINK MULTI seq 1795378365 port 712 len 1396",
                        "2026-11-22T20:12:44.380209242Z - ? ROUTE RTM_NEWLINK MULTI seq 1795378365 port 712 len 1392",
                        "2026-11-22T20:12:44.380353370Z - ? ROUTE NLMSG_DONE MULTI seq 1795378365 port 712 len 20");
    }

    @Test
    void readsFlagsByWhatIsAsked() {
        assertThat(messages("addr-add"))
                .contains("ROUTE RTM_NEWADDR REQUEST|ACK|EXCL|CREATE seq 1795378366 port 0 len 40")
                .contains("ROUTE NLMSG_ERROR OK to RTM_NEWADDR CAPPED seq 1795378366 port 737 len 36");
        assertThat(messages("route-add-bad"))
                .contains("ROUTE NLMSG_ERROR ENETUNREACH to RTM_NEWROUTE ACK_TLVS seq 1795378371 port 795 len 96");
    }

    @Test
    void showsEachMessageOfABatch() {
        assertThat(messages("nft-flush"))
                .contains("NETFILTER NFNL_MSG_BATCH_BEGIN REQUEST seq 0 port 0 len 20")
                .contains("NETFILTER NFT_MSG_DELTABLE REQUEST seq 1 port 0 len 20")
                .contains("NETFILTER NFNL_MSG_BATCH_END REQUEST seq 2 port 0 len 20");
    }

    @Test
    void showsGenericNetlinkByItsCommand() {
        assertThat(messages("genl-missing"))
                .containsExactly(
                        "GENERIC CTRL_CMD_GETFAMILY REQUEST|ACK seq 1795378379 port 0 len 40",
                        "GENERIC NLMSG_ERROR ENOENT to CTRL_CMD_GETFAMILY - seq 1795378379 port 910 len 60");
    }

    @Test
    void showsWhatFollowsTheLastMessage() {
        assertThat(messages("addr-show")).contains("128 bytes follow that are no message");
    }

    @ParameterizedTest
    @MethodSource("captures")
    void knowsAllMessagesOfRealCommands(String capture) {
        assertThat(messages(capture))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line)
                        .matches("(ROUTE|GENERIC|NETFILTER|SOCK_DIAG|XFRM) [A-Z_]+ .* seq \\d+ port \\d+ len \\d+"
                                + "|\\d+ bytes follow that are no message"));
    }

    @Test
    void namesTheNamespaceAndTheDirection() {
        ByteBuffer file = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
        new SectionHeader("", "", "").putInto(file);
        new InterfaceDescription("shop/web-0\u001b[2J", "", "").putInto(file);
        ByteBuffer message = ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0, 16)
                .putShort(4, (short) 47);
        EnhancedPacket.put(file, 0, 1, 7, 0, 16, message, 0, 16, PacketOptions.NONE);
        EnhancedPacket.put(file, 0, 2, 6, 99, 16, message, 0, 16, PacketOptions.NONE);
        EnhancedPacket.put(file, 0, 3, 4, 0, 0, message, 0, 0, PacketOptions.NONE);
        file.putInt(0xDEAD);

        assertThat(lines(file.flip()))
                .containsExactly(
                        "1970-01-01T00:00:00.000000001Z shop/web-0?[2J > ROUTE type 47 - seq 0 port 0 len 16",
                        "1970-01-01T00:00:00.000000002Z shop/web-0?[2J < protocol 99 type 47 - seq 0 port 0 len 16",
                        "1970-01-01T00:00:00.000000003Z shop/web-0?[2J ? a datagram without bytes",
                        "at byte 256 of the file: 4 bytes are too few for a block");
    }

    @Test
    void saysThatAFileIsNoCapture() {
        assertThat(lines(ByteBuffer.wrap(new byte[] {1, 2, 3})))
                .singleElement()
                .asString()
                .contains("neither like a pcapng nor like a pcap");
    }

    @Test
    void endsLikeAnyIterator() {
        CaptureLines lines = new CaptureLines(ByteBuffer.allocate(0));
        lines.next();

        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(lines::next);
    }

    private static List<String> messages(String capture) {
        return lines(Captures.read(capture)).stream()
                .map(line -> line.substring(line.indexOf(" ? ") + 3))
                .toList();
    }

    private static List<String> lines(ByteBuffer file) {
        List<String> lines = new ArrayList<>();
        new CaptureLines(file).forEachRemaining(lines::add);
        return lines;
    }
}
