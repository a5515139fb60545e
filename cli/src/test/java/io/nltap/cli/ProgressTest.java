// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private final StringWriter text = new StringWriter();

    private static Progress.View view(int seconds) {
        return new Progress.View(
                Duration.ofSeconds(seconds),
                1_200,
                1_500,
                2 << 20,
                3,
                List.of(
                        new Progress.Share("ip[7]", 900),
                        new Progress.Share("nft[9]", 200),
                        new Progress.Share("kernel", 90),
                        new Progress.Share("tc[11]", 6),
                        new Progress.Share("ss[12]", 4)));
    }

    @Test
    void tellsMessagesBytesDropsAndAuthors() {
        assertThat(Progress.line(view(72)))
                .isEqualTo("1:12  1,500 messages in 1,200 datagrams, 2.0 MiB, 3 dropped;"
                        + " ip[7] 900, nft[9] 200, kernel 90, tc[11] 6, 1 more");
    }

    @Test
    void writesOverItsLineOnATerminal() {
        Progress progress = new Progress(new PrintWriter(text), true);

        progress.show(view(1));
        progress.show(view(2));
        progress.end();

        assertThat(text.toString()).startsWith("\r0:01").contains("\r0:02").containsOnlyOnce("\n");
    }

    @Test
    void writesALineNowAndThenElsewhere() {
        Progress progress = new Progress(new PrintWriter(text), false);

        for (int second = 0; second <= 25; second++) {
            progress.show(view(second));
        }
        progress.end();

        assertThat(text.toString().lines()).hasSize(2).allMatch(line -> line.matches("0:[12]0  .*"));
    }
}
