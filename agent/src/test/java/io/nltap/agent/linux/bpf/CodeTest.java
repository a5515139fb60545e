// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux.bpf;

import static io.nltap.agent.linux.bpf.Register.FP;
import static io.nltap.agent.linux.bpf.Register.R1;
import static io.nltap.agent.linux.bpf.Register.R2;
import static io.nltap.agent.linux.bpf.Width.EIGHT_BYTES;
import static io.nltap.agent.linux.bpf.Width.FOUR_BYTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CodeTest {

    /** What {@code clang -target bpf -mcpu=v3} makes of the same. */
    static Stream<Arguments> instructions() {
        return Stream.of(
                row("r1 = r2", "bf 21 00 00 00 00 00 00", code -> code.move(R1, R2)),
                row("r1 = -1", "b7 01 00 00 ff ff ff ff", code -> code.move(R1, -1)),
                row("w1 = w1", "bc 11 00 00 00 00 00 00", code -> code.cutTo32Bits(R1)),
                row("r1 += -16", "07 01 00 00 f0 ff ff ff", code -> code.add(R1, -16)),
                row("r1 &= 4095", "57 01 00 00 ff 0f 00 00", code -> code.and(R1, 4095)),
                row("r1 <<= 6", "67 01 00 00 06 00 00 00", code -> code.shiftLeft(R1, 6)),
                row("r1 = map[7]", "18 11 00 00 07 00 00 00 00 00 00 00 00 00 00 00", code -> code.loadMap(R1, 7)),
                row(
                        "r1 = map[7][0]+8",
                        "18 21 00 00 07 00 00 00 00 00 00 00 08 00 00 00",
                        code -> code.loadMapValue(R1, 7, 8)),
                row("r1 = *(u32 *)(r2 + 52)", "61 21 34 00 00 00 00 00", code -> code.load(FOUR_BYTES, R1, R2, 52)),
                row("r1 = *(u64 *)(r10 - 16)", "79 a1 f0 ff 00 00 00 00", code -> code.load(EIGHT_BYTES, R1, FP, -16)),
                row("*(u32 *)(r1 + 4) = r2", "63 21 04 00 00 00 00 00", code -> code.store(FOUR_BYTES, R1, 4, R2)),
                row("*(u64 *)(r1 + 4) = r2", "7b 21 04 00 00 00 00 00", code -> code.store(EIGHT_BYTES, R1, 4, R2)),
                row("*(u32 *)(r1 + 4) = 9", "62 01 04 00 09 00 00 00", code -> code.store(FOUR_BYTES, R1, 4, 9)),
                row(
                        "r2 = atomic_fetch_add((u64 *)(r1 + 8), r2)",
                        "db 21 08 00 01 00 00 00",
                        code -> code.fetchAndAdd(EIGHT_BYTES, R1, 8, R2)),
                row(
                        "w2 = xchg32_32(r1 + 8, w2)",
                        "c3 21 08 00 e1 00 00 00",
                        code -> code.exchange(FOUR_BYTES, R1, 8, R2)),
                row("call 5", "85 00 00 00 05 00 00 00", code -> code.call(KernelFunction.KTIME_GET_NS)),
                row("exit", "95 00 00 00 00 00 00 00", Code::exit));
    }

    private static Arguments row(String assembly, String bytes, UnaryOperator<Code> emit) {
        return Arguments.of(assembly, bytes, emit);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("instructions")
    void isWhatTheKernelReads(String assembly, String bytes, UnaryOperator<Code> emit) {
        Code code = emit.apply(new Code());

        assertThat(HexFormat.ofDelimiter(" ").formatHex(code.bytes())).isEqualTo(bytes);
        assertThat(code.length()).isEqualTo(code.bytes().length / Code.INSTRUCTION_SIZE);
    }

    @Test
    void everyJumpToALabelLeadsThere() {
        Label end = new Label();

        byte[] bytes = new Code()
                .jumpIfEqual(R1, 7, end)
                .move(R2, 1)
                .jumpIfNotEqual(R2, 0, end)
                .bind(end)
                .exit()
                .bytes();

        assertThat(HexFormat.ofDelimiter(" ").formatHex(bytes))
                .startsWith("15 01 02 00 07 00 00 00")
                .contains("55 02 00 00 00 00 00 00")
                .endsWith("95 00 00 00 00 00 00 00");
    }

    @Test
    void refusesWhatDoesNotFitIntoAnInstruction() {
        assertThatThrownBy(() -> new Code().load(FOUR_BYTES, R1, R2, 40_000))
                .hasMessage("an instruction reaches 32 KiB far, not 40000 bytes");
    }
}
