// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.nltap.netlink.message.NetlinkReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Any bytes at all as messages with contents. JAZZER_FUZZ=1 looks for new ones; otherwise those of the corpus are tried. */
class DecoderFuzzTest {
    private static final String[] FAMILIES = {
        "nlctrl", "ethtool", "devlink", "wireguard", "nl80211", "TASKSTATS", "IPVS", "mptcp_pm", "netdev", "macsec",
        "tcp_metrics", "ovs_flow", "ovs_packet", "team", "dpll", "l2tp", "NET_DM", "thermal", "SEG6", "handshake"
    };

    @FuzzTest(maxDuration = "5m")
    void neverThrowsAndStaysWithinTheMessage(FuzzedDataProvider data) {
        int protocol = data.consumeInt(0, 23);
        int missing = data.consumeBoolean() ? data.consumeInt(0, 1 << 20) : 0;
        ByteOrder order = data.consumeBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        byte[] bytes = data.consumeRemainingAsBytes();
        Decoder decoder = new Decoder(Tables.builtIn());
        for (int i = 0; i < FAMILIES.length; i++) {
            decoder.learn(16 + i, FAMILIES[i]);
        }

        NetlinkReader reader = new NetlinkReader(ByteBuffer.wrap(bytes).order(order), bytes.length + missing);
        while (reader.next()) {
            int length = reader.bytes().limit();
            DecodedMessage message = decoder.decode(protocol, reader);
            message.fields().forEach(field -> checkWithin(field.offset(), field.length(), length));
            message.attributes().forEach(each -> checkWithin(each, length));
            for (DecodedMessage.Span span : message.secrets()) {
                checkWithin(span.offset(), span.length(), length);
                check(decoder.mayHoldSecrets(protocol, reader), "who has keys was said to be able to have some");
            }
            String text = MessageText.of(message);
            check(text.chars().noneMatch(c -> c < ' '), "a message is one line");
            String json = MessageJson.of(message);
            check(json.chars().noneMatch(c -> c < ' ') && json.endsWith("}"), "a message is one object");
        }
    }

    private static void checkWithin(Attribute attribute, int length) {
        checkWithin(attribute.offset(), attribute.length(), length);
        attribute.attributes().forEach(inner -> {
            check(inner.offset() > attribute.offset(), "what is inside begins later");
            checkWithin(inner, attribute.offset() + attribute.length());
        });
    }

    private static void checkWithin(int offset, int length, int end) {
        check(offset >= 0 && length >= 0 && offset + length <= end, "all that is found is within the message");
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError("does not hold: " + what);
        }
    }
}
