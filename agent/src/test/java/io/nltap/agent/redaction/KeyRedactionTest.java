// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.redaction;

import static io.nltap.agent.redaction.Datagram.GENERIC;
import static io.nltap.agent.redaction.Datagram.SOCK_DIAG;
import static io.nltap.agent.redaction.Datagram.XFRM;
import static io.nltap.agent.redaction.Datagram.join;
import static io.nltap.agent.redaction.Datagram.nested;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KeyRedactionTest {

    private static final int REQUEST = 1;
    private static final int CAPPED = 0x100;
    private static final int NEWSA = 16;
    private static final int EXPIRE = 24;
    private static final int ERROR = 2;
    private static final int WIREGUARD = 30;
    private static final int MACSEC = 31;
    private static final int ETHTOOL = 32;
    private static final int WITHOUT_SECRETS = 33;
    private static final int NL80211 = 34;

    private static final byte[] KEY = "k".repeat(36).getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NO_KEY = "n".repeat(20).getBytes(StandardCharsets.US_ASCII);

    private final GenericFamilies families = new GenericFamilies();
    private final KeyRedaction redaction = new KeyRedaction(families);

    KeyRedactionTest() {
        families.learn(Map.of(
                WIREGUARD, "wireguard",
                MACSEC, "macsec",
                ETHTOOL, "ethtool",
                WITHOUT_SECRETS, "devlink",
                NL80211, "nl80211"));
    }

    @Test
    void takesKeysOutOfSecurityAssociations() {
        Datagram frame = associated(new Datagram(XFRM).message(NEWSA, REQUEST).zeros(224));

        redaction.redact(frame);

        assertRedacted(frame);
        assertThat(text(frame)).contains("hmac(sha256)", "cbc(aes)", "rfc4106(gcm(aes))");
        assertThat(redaction.attributes()).isEqualTo(4);
        assertThat(redaction.messages()).isZero();
    }

    @Test
    void saysOnceThatThereIsAFamilyThatNobodyKnows() {
        AtomicInteger told = new AtomicInteger();
        GenericFamilies strange = new GenericFamilies(told::incrementAndGet);

        strange.find(WIREGUARD);
        strange.find(MACSEC);
        assertThat(told).hasValue(1);

        strange.takeStrangers();
        strange.find(MACSEC);
        assertThat(told).hasValue(2);
    }

    @Test
    void knowsTheSmallerStructuresOfProcessesOf32Bits() {
        Datagram frame = associated(new Datagram(XFRM).message(NEWSA, REQUEST).zeros(220));

        redaction.redact(frame);

        assertRedacted(frame);
        assertThat(redaction.attributes()).isEqualTo(4);
        assertThat(redaction.messages()).isZero();
    }

    @Test
    void takesKeysOutOfAllMessagesOfABatchAndOfOtherTypes() {
        Datagram frame = associated(new Datagram(XFRM).message(NEWSA, REQUEST).zeros(224));
        associated(frame.message(EXPIRE, 0).zeros(232));
        associated(frame.message(22, 0).zeros(232));

        redaction.redact(frame);

        assertRedacted(frame);
        assertThat(redaction.attributes()).isEqualTo(12);
    }

    @Test
    void takesKeysOutOfTheRequestThatAnErrorEchoes() {
        Datagram request = associated(new Datagram(XFRM).message(NEWSA, REQUEST).zeros(224));
        Datagram frame = new Datagram(XFRM)
                .message(ERROR, 0)
                .raw((byte) -17, (byte) -1, (byte) -1, (byte) -1)
                .raw(request.content())
                .attribute(1, NO_KEY);

        redaction.redact(frame);

        assertRedacted(frame);
        assertThat(redaction.attributes()).isEqualTo(4);
    }

    @Test
    void leavesErrorsThatEchoNoMoreThanAHeader() {
        Datagram frame = new Datagram(XFRM)
                .message(ERROR, CAPPED)
                .zeros(4)
                .raw(new Datagram(XFRM).message(NEWSA, REQUEST).claim(500).content())
                .attribute(1, NO_KEY);
        byte[] before = frame.content();

        redaction.redact(frame);

        assertThat(frame.content()).isEqualTo(before);
    }

    @Test
    void takesPrivateAndPresharedKeysOutOfWireGuard() {
        byte[] peer = join(nested(1, NO_KEY), nested(2, KEY), nested(5, NO_KEY));
        Datagram frame = new Datagram(GENERIC)
                .message(WIREGUARD, REQUEST)
                .generic(1)
                .attribute(2, NO_KEY)
                .attribute(3, KEY)
                .attribute(0x8008, join(nested(0x8000, peer), nested(0x8001, peer)));

        redaction.redact(frame);

        assertRedacted(frame);
        assertThat(redaction.attributes()).isEqualTo(3);
        assertThat(count(text(frame), 'n')).isEqualTo(5 * NO_KEY.length);
    }

    @Test
    void takesKeysOutOfMacsecWhereverTheyAreNested() {
        byte[] association = join(nested(1, (byte) 2), nested(4, KEY), nested(5, NO_KEY), nested(9, KEY));
        Datagram frame = new Datagram(GENERIC)
                .message(MACSEC, REQUEST)
                .generic(5)
                .attribute(1, NO_KEY)
                .attribute(0x8003, association)
                .attribute(5, nested(1, association))
                .attribute(6, nested(1, join(nested(1, NO_KEY), nested(3, nested(1, association)))));

        redaction.redact(frame);

        assertRedacted(frame);
        assertThat(redaction.attributes()).isEqualTo(6);
    }

    @Test
    void takesKeysOutOfWirelessRequests() {
        Datagram frame = new Datagram(GENERIC)
                .message(NL80211, REQUEST)
                .generic(11)
                .attribute(3, NO_KEY)
                .attribute(7, KEY)
                .attribute(80, join(nested(1, KEY), nested(2, (byte) 1)))
                .attribute(81, nested(1, nested(1, KEY)))
                .attribute(122, join(nested(1, KEY), nested(2, KEY), nested(3, NO_KEY)))
                .attribute(254, KEY)
                .attribute(277, KEY);

        redaction.redact(frame);

        assertRedacted(frame);
        assertThat(redaction.attributes()).isEqualTo(7);
    }

    @Test
    void knowsInWhichCommandAnAttributeIsAPassword() {
        Datagram frame = new Datagram(GENERIC)
                .message(ETHTOOL, REQUEST)
                .generic(10)
                .attribute(3, KEY)
                .message(ETHTOOL, REQUEST)
                .generic(2)
                .attribute(3, NO_KEY);

        redaction.redact(frame);

        assertRedacted(frame);
    }

    @Test
    void leavesFamiliesWithoutSecretsAlone() {
        Datagram frame = new Datagram(GENERIC)
                .message(WITHOUT_SECRETS, REQUEST)
                .generic(1)
                .attribute(3, NO_KEY);
        byte[] before = frame.content();

        redaction.redact(frame);

        assertThat(frame.content()).isEqualTo(before);
        assertThat(families.takeStrangers()).isFalse();
    }

    @Test
    void keepsOfAFamilyThatNobodyKnowsNoMoreThanItsCommand() {
        Datagram frame = new Datagram(GENERIC).message(99, REQUEST).generic(7).attribute(1, KEY);

        redaction.redact(frame);

        assertRedacted(frame);
        assertThat(frame.content()[16]).isEqualTo((byte) 7);
        assertThat(redaction.messages()).isEqualTo(1);
        assertThat(families.takeStrangers()).isTrue();
        assertThat(families.takeStrangers()).isFalse();
    }

    @Test
    void takesKeysOutOfWhatTheKernelSaysOfTcpSockets() {
        byte[] signature = join(new byte[20], KEY, new byte[44]);
        Datagram frame = new Datagram(SOCK_DIAG)
                .message(20, 2)
                .raw((byte) 2)
                .zeros(71)
                .attribute(18, join(signature, signature))
                .attribute(4, NO_KEY);

        redaction.redact(frame);

        assertRedacted(frame);
        assertThat(count(text(frame), 'n')).isEqualTo(NO_KEY.length);
    }

    @Test
    void takesAllThatIsLeftOfWhatDoesNotHoldTogether() {
        Datagram tooLong = new Datagram(XFRM)
                .message(NEWSA, REQUEST)
                .zeros(224)
                .attribute(1, KEY)
                .claim(100_000);
        Datagram noAttributes =
                new Datagram(XFRM).message(NEWSA, REQUEST).zeros(224).raw(KEY);
        Datagram unknownType = new Datagram(XFRM).message(77, REQUEST).raw(KEY);
        Datagram tooShort =
                new Datagram(GENERIC).message(WIREGUARD, REQUEST).raw(KEY).claim(3);

        redaction.redact(tooLong);
        redaction.redact(noAttributes);
        redaction.redact(unknownType);
        redaction.redact(tooShort);

        assertRedacted(tooLong);
        assertRedacted(noAttributes);
        assertRedacted(unknownType);
        assertRedacted(tooShort);
        assertThat(redaction.messages()).isEqualTo(4);
    }

    @Test
    void takesTheBeginningOfAKeyOfWhichTheEndWasNotCaptured() {
        Datagram frame = associated(new Datagram(XFRM).message(NEWSA, REQUEST).zeros(224));
        frame.capture(16 + 224 + 4 + 68 + 10);

        redaction.redact(frame);

        byte[] captured = java.util.Arrays.copyOf(frame.content(), frame.capturedLength());
        assertThat(new String(captured, StandardCharsets.ISO_8859_1)).doesNotContain("k");
    }

    @Test
    void survivesAnyBytesAndStaysInsideOfTheFrame() {
        Random random = new Random(4711);
        for (int round = 0; round < 200_000; round++) {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            ByteBuffer words = ByteBuffer.wrap(noise).order(ByteOrder.nativeOrder());
            if (noise.length > 40) {
                words.putInt(0, 16 + random.nextInt(noise.length)).putShort(4, (short) random.nextInt(40));
                words.putShort(20, (short) random.nextInt(24)).putShort(22, (short) random.nextInt(12));
            }
            Datagram frame = new Datagram(new int[] {XFRM, GENERIC, SOCK_DIAG}[round % 3]);
            frame.buffer().put(noise).put((byte) 'x');
            frame.capture(noise.length);

            redaction.redact(frame);

            assertThat(frame.content()[noise.length]).isEqualTo((byte) 'x');
        }
    }

    private static Datagram associated(Datagram begun) {
        return begun.attribute(1, algorithm("hmac(sha256)", 68))
                .attribute(2, algorithm("cbc(aes)", 68))
                .attribute(18, algorithm("rfc4106(gcm(aes))", 72))
                .attribute(20, algorithm("hmac(sha256)", 72))
                .attribute(25, NO_KEY);
    }

    private static byte[] algorithm(String name, int header) {
        byte[] fixed = new byte[header];
        byte[] text = name.replace('k', 'K').getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(text, 0, fixed, 0, text.length);
        return join(fixed, KEY);
    }

    private static void assertRedacted(Datagram frame) {
        assertThat(text(frame)).doesNotContain("k");
    }

    private static String text(Datagram frame) {
        return new String(frame.content(), StandardCharsets.ISO_8859_1);
    }

    private static long count(String text, char wanted) {
        return text.chars().filter(c -> c == wanted).count();
    }
}
