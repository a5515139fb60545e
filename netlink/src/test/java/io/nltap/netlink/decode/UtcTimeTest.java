// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class UtcTimeTest {
    private static final DateTimeFormatter JDK =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'").withZone(ZoneOffset.UTC);

    @Test
    void agreesWithTheJdk() {
        LongStream edges = LongStream.of(
                0,
                -1,
                999_999_999L,
                951_782_399_999_999_999L, // 2000-02-28, and the leap day after it
                951_868_799_999_999_999L,
                4_107_542_400_000_000_000L, // 2100-03-01: that February has no leap day
                Long.MAX_VALUE,
                Long.MIN_VALUE);

        assertThat(LongStream.concat(edges, new Random(1).longs(2_000)))
                .allSatisfy(nanos ->
                        assertThat(UtcTime.format(nanos)).isEqualTo(JDK.format(Instant.ofEpochSecond(0, nanos))));
    }
}
