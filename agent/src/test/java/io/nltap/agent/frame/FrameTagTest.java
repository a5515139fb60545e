// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.frame;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FrameTagTest {

    private final FrameTag tag = new FrameTag();

    @Test
    void tellsTheCommUpToItsEnd() {
        tag.setComm(0x0000_0000_0000_7069L, 0x6162_6364_6566_6768L);

        assertThat(tag.comm()).isEqualTo("ip");
    }

    @Test
    void tellsACommThatFillsAllBytes() {
        tag.setComm(0x6867_6665_6463_6261L, 0x006f_6e6d_6c6b_6a69L);

        assertThat(tag.comm()).isEqualTo("abcdefghijklmno");
    }

    @Test
    void knowsNoCommOfTheFrameBefore() {
        tag.setComm(1, 1);
        tag.set(Direction.TO_USER, 7, 0, 1, 1, 0, 0);

        assertThat(tag.comm()).isEmpty();
        assertThat(tag.commFirst() | tag.commSecond()).isZero();
    }
}
