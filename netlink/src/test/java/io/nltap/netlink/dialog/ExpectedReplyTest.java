// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.dialog;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpectedReplyTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "a link is asked for                                 | 0  | 18     | 0x001 | 16 | 0  | REPLY",
                "a link is asked for, and an acknowledgement         | 0  | 18     | 0x005 | 16 | 0  | REPLY_AND_ACK",
                "a dump of links                                     | 0  | 18     | 0x301 | 16 | 0  | DUMP",
                "a dump never gets an acknowledgement                | 0  | 18     | 0x305 | 16 | 0  | DUMP",
                "one of the two bits is a dump for rtnetlink         | 0  | 18     | 0x101 | 16 | 0  | DUMP",
                "a change without ACK                                | 0  | 16     | 0x001 | 16 | 0  | NOTHING",
                "a change with ACK                                   | 0  | 24     | 0x605 | 12 | 0  | ACK",
                "the bits of a dump mean REPLACE and EXCL in a change| 0  | 24     | 0x305 | 12 | 0  | ACK",
                "a change with ECHO may be echoed                    | 0  | 24     | 0x009 | 12 | 0  | PERHAPS",
                "without REQUEST it is thrown away                   | 0  | 18     | 0x000 | 16 | 0  | SILENCE",
                "without REQUEST but with ACK it is acknowledged     | 0  | 18     | 0x004 | 16 | 0  | ACK",
                "a type below 16 is thrown away                      | 0  | 1      | 0x001 | 0  | -1 | SILENCE",
                "rtnetlink without a payload                         | 0  | 18     | 0x001 | 0  | -1 | SILENCE",
                "nfnetlink shorter than its header                   | 12 | 0x0a01 | 0x001 | 3  | 0  | SILENCE",
                "a table of nftables is asked for                    | 12 | 0x0a01 | 0x001 | 4  | 0  | REPLY",
                "a dump of tables of nftables                        | 12 | 0x0a01 | 0x301 | 4  | 0  | DUMP",
                "a verdict                                           | 12 | 0x0301 | 0x001 | 12 | 0  | NOTHING",
                "a set of ipset is listed                            | 12 | 0x0607 | 0x301 | 8  | 0  | DUMP",
                "a member of an ipset is added with ACK              | 12 | 0x0609 | 0x005 | 8  | 0  | ACK",
                "conntrack is dumped                                 | 12 | 0x0101 | 0x301 | 4  | 0  | DUMP",
                "a family of generic netlink is asked for            | 16 | 16     | 0x001 | 4  | 3  | REPLY",
                "an unknown command of generic netlink               | 16 | 31     | 0x001 | 4  | 9  | PERHAPS",
                "an unknown command with ACK                         | 16 | 31     | 0x005 | 4  | 9  | ACK",
                "only both bits are a dump for generic netlink       | 16 | 31     | 0x101 | 4  | 9  | PERHAPS",
                "sockets are dumped                                  | 4  | 20     | 0x301 | 8  | 2  | DUMP",
                "a policy of xfrm is made                            | 6  | 19     | 0x005 | 64 | 0  | ACK",
                "states of xfrm are dumped                           | 6  | 18     | 0x301 | 0  | -1 | DUMP",
                "another process is asked                            | 2  | 64     | 0x001 | 4  | 1  | OF_A_PEER"
            })
    void isWhatTheKernelDoes(
            String what, int protocol, String type, String flags, long payload, int command, Owed owed) {
        assertThat(ExpectedReply.of(protocol, Integer.decode(type), Integer.decode(flags), payload, command))
                .isEqualTo(owed);
    }
}
