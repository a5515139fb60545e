// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteCountTest {

    @ParameterizedTest
    @CsvSource({
        "65536, 65536",
        "64Ki, 65536",
        "64Mi, 67108864",
        "1Gi, 1073741824",
        "2k, 2000",
        "500M, 500000000",
        "1T, 1000000000000"
    })
    void readsWhatPeopleWrite(String text, long bytes) {
        assertThat(ByteCount.parse(text).bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Mi", "-1", "1.5Gi", "64mb", "64 Mi", "64KiB", "999999999999999999Ti"})
    void refusesWhatIsNoNumberOfBytes(String text) {
        assertThatThrownBy(() -> ByteCount.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("'" + text + "' is ");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "1023, 1023 B",
        "1024, 1.0 KiB",
        "1536, 1.5 KiB",
        "1073741824, 1.0 GiB",
        "1072693248, 1023.0 MiB"
    })
    void showsBytesInTheLargestUnit(long bytes, String text) {
        assertThat(ByteCount.describe(bytes)).isEqualTo(text);
    }
}
