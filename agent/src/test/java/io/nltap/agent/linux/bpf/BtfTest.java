// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BtfTest {

    private static final int INT = 1;
    private static final int STRUCT = 4;
    private static final int UNION = 5;

    private static BtfBlob blob() {
        return new BtfBlob().type(INT, 0, "int", 4, 32);
    }

    @Test
    void tellsWhereAMemberIs() {
        Btf btf = Btf.of(blob().structure(STRUCT, "task_struct", 2)
                .member("pid", 1, 2464 * 8)
                .member("tgid", 1, 2468 * 8)
                .bytes());

        assertThat(btf.offsetOf("task_struct", "tgid")).hasValue(2468);
        assertThat(btf.offsetOf("task_struct", "tgi")).isEmpty();
        assertThat(btf.offsetOf("task", "tgid")).isEmpty();
    }

    @Test
    void looksIntoNamelessStructuresAndUnionsAlsoBehindModifiers() {
        Btf btf = Btf.of(blob().structure(UNION, "", 1) // 2
                .member("inner", 1, 32)
                .type(10, 0, "", 2) // 3: const of 2
                .structure(STRUCT, "", 1) // 4
                .member("", 3, 64)
                .structure(STRUCT, "outer", 2)
                .member("first", 1, 0)
                .member("", 4, 128)
                .bytes());

        assertThat(btf.offsetOf("outer", "inner")).hasValue(16 + 8 + 4);
    }

    @Test
    void passesTypesOfAllKinds() {
        BtfBlob blob = blob().type(2, 0, "", 1) // pointer
                .type(3, 0, "", 0, 1, 1, 16) // array
                .type(6, 2, "enum", 4, 1, 0, 1, 1)
                .type(7, 0, "forward", 0)
                .type(8, 0, "typedef", 1)
                .type(9, 0, "", 1) // volatile
                .type(11, 0, "", 1) // restrict
                .type(12, 1, "function", 1)
                .type(13, 2, "", 1, 0, 1, 0, 1) // prototype
                .type(14, 0, "variable", 1, 1)
                .type(15, 1, "section", 8, 1, 0, 4)
                .type(16, 0, "float", 8)
                .type(17, 0, "decl_tag", 1, -1)
                .type(18, 0, "type_tag", 1)
                .type(19, 1, "enum64", 8, 1, 0, 0);

        Btf btf = Btf.of(blob.structure(STRUCT, "last", 1).member("x", 1, 8).bytes());

        assertThat(btf.offsetOf("last", "x")).hasValue(1);
    }

    @Test
    void knowsBitFieldsFromOtherMembers() {
        Btf btf = Btf.of(blob().structureWithBitFields("task_struct", 2)
                .member("flag", 1, 1 << 24 | 8)
                .member("pid", 1, 64)
                .bytes());

        assertThat(btf.offsetOf("task_struct", "pid")).hasValue(8);
        assertThat(btf.offsetOf("task_struct", "flag")).isEmpty();
    }

    @Test
    void refusesKindsThatItDoesNotKnow() {
        byte[] bytes = blob().type(20, 0, "news", 0).bytes();

        assertThatThrownBy(() -> Btf.of(bytes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("this BTF has types of kind 20, which are not known here");
    }

    @Test
    void aTypeThatContainsItselfEnds() {
        Btf btf = Btf.of(blob().structure(STRUCT, "loop", 1).member("", 2, 0).bytes());

        assertThat(btf.offsetOf("loop", "x")).isEmpty();
    }

    @Test
    void refusesWhatIsCutAndNeverFailsOnNoise() {
        byte[] whole =
                blob().structure(STRUCT, "task_struct", 1).member("pid", 1, 8).bytes();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> Btf.of(cut)).isInstanceOf(IllegalArgumentException.class);
        }
        Random noise = new Random(7);
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = whole.clone();
            damaged[noise.nextInt(damaged.length)] = (byte) noise.nextInt();
            damaged[noise.nextInt(damaged.length)] = (byte) noise.nextInt();
            try {
                assertThat(Btf.of(damaged).offsetOf("task_struct", "pid").orElse(1))
                        .isNotNegative();
            } catch (IllegalArgumentException expected) {
                assertThat(expected).hasMessageContaining("BTF");
            }
        }
    }
}
