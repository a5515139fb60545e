// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageLineTest {

    /** Numbers as in the headers that each name is from; written down here apart from the tables. */
    @ParameterizedTest
    @CsvSource({
        "0,    16, ROUTE RTM_NEWLINK",
        "0,    19, ROUTE RTM_SETLINK",
        "0,    26, ROUTE RTM_GETROUTE",
        "0,    29, ROUTE RTM_DELNEIGH",
        "0,    46, ROUTE RTM_GETTFILTER",
        "0,    58, ROUTE RTM_GETMULTICAST",
        "0,    62, ROUTE RTM_GETANYCAST",
        "0,    67, ROUTE RTM_SETNEIGHTBL",
        "0,    78, ROUTE RTM_GETDCB",
        "0,    79, ROUTE RTM_SETDCB",
        "0,    90, ROUTE RTM_GETNSID",
        "0,    95, ROUTE RTM_SETSTATS",
        "0,    106, ROUTE RTM_GETNEXTHOP",
        "0,    122, ROUTE RTM_GETTUNNEL",
        "0,    47, ROUTE type 47",
        "0,    1, ROUTE NLMSG_NOOP",
        "0,    4, ROUTE NLMSG_OVERRUN",
        "0,    9, ROUTE type 9",
        "4,    21, SOCK_DIAG SOCK_DESTROY",
        "6,    21, XFRM XFRM_MSG_GETPOLICY",
        "6,    40, XFRM XFRM_MSG_GETDEFAULT",
        "12,   3, NETFILTER NLMSG_DONE",
        "12,   17, NETFILTER NFNL_MSG_BATCH_END",
        "12,   0x0102, NETFILTER IPCTNL_MSG_CT_DELETE",
        "12,   0x0301, NETFILTER NFQNL_MSG_VERDICT",
        "12,   0x060F, NETFILTER IPSET_CMD_GET_BYINDEX",
        "12,   0x0A00, NETFILTER NFT_MSG_NEWTABLE",
        "12,   0x0A06, NETFILTER NFT_MSG_NEWRULE",
        "12,   0x0A10, NETFILTER NFT_MSG_GETGEN",
        "12,   0x0A18, NETFILTER NFT_MSG_DELFLOWTABLE",
        "12,   0x0AFF, NETFILTER NFTABLES type 255",
        "12,   0x0D04, NETFILTER subsystem 13 type 4",
        "16,   0x1b, GENERIC family 27",
        "2,    77, USERSOCK type 77",
        "10,   0, FIB_LOOKUP type 0",
        "77,   16, protocol 77 type 16"
    })
    void namesMessagesAsTheKernelDoes(int protocol, String type, String name) {
        ByteBuffer message = message(16, Integer.decode(type), 0);

        assertThat(line(protocol, message)).isEqualTo(name + " - seq 3 port 4 len 16");
    }

    @ParameterizedTest
    @CsvSource({
        "18, 0x0305, REQUEST|ACK|DUMP",
        "18, 0x0101, REQUEST|ROOT",
        "18, 0x0401, REQUEST|ATOMIC",
        "16, 0x0605, REQUEST|ACK|EXCL|CREATE",
        "16, 0x0501, REQUEST|REPLACE|CREATE",
        "16, 0x0801, REQUEST|APPEND",
        "17, 0x0301, REQUEST|NONREC|BULK",
        "2,  0x0300, CAPPED|ACK_TLVS",
        "3,  0x0012, MULTI|DUMP_INTR",
        "47, 0x0301, REQUEST|DUMP",
        "47, 0x0101, REQUEST|0x100",
        "18, 0xF080, 0xf080"
    })
    void readsTheSameBitByWhatItIsSetOn(int type, String flags, String names) {
        ByteBuffer message = message(16, type, Integer.decode(flags));

        assertThat(line(0, message)).contains(" " + names + " seq");
    }

    @ParameterizedTest
    @CsvSource({
        "2,   0,     NLMSG_ERROR OK to RTM_DELLINK",
        "2, -19,     NLMSG_ERROR ENODEV to RTM_DELLINK",
        "2, -524,    NLMSG_ERROR ENOTSUPP to RTM_DELLINK",
        "2, -4000,   NLMSG_ERROR error 4000 to RTM_DELLINK",
        "2, -2147483648, NLMSG_ERROR error 2147483648 to RTM_DELLINK",
        "3,   0,     NLMSG_DONE",
        "3, -22,     NLMSG_DONE EINVAL"
    })
    void namesErrors(int type, int error, String text) {
        ByteBuffer message = message(36, type, 0);
        message.putInt(16, error).putInt(20, 32).putShort(24, (short) 17);

        assertThat(line(0, message)).isEqualTo("ROUTE " + text + " - seq 3 port 4 len 36");
    }

    private static ByteBuffer message(int length, int type, int flags) {
        return ByteBuffer.allocate(length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0, length)
                .putShort(4, (short) type)
                .putShort(6, (short) flags)
                .putInt(8, 3)
                .putInt(12, 4);
    }

    private static String line(int protocol, ByteBuffer datagram) {
        NetlinkReader message = new NetlinkReader(datagram, datagram.limit());
        assertThat(message.next()).isTrue();
        return MessageLine.of(protocol, message);
    }
}
