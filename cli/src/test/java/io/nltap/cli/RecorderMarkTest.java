// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class RecorderMarkTest {

    private static final Path PROC = Path.of("/proc");

    @Test
    void knowsThatThisProcessIsAlive() throws Exception {
        assertThat(RecorderMark.ofSelf(PROC).isAlive(PROC)).isTrue();
    }

    @Test
    void takesNoOtherProcessWithThatIdForIt() throws Exception {
        RecorderMark self = RecorderMark.ofSelf(PROC);

        assertThat(new RecorderMark(self.pid(), self.startTicks() + 1).isAlive(PROC))
                .isFalse();
        assertThat(new RecorderMark(Integer.MAX_VALUE / 8, 1).isAlive(PROC)).isFalse();
    }

    @Test
    void isReadAsItIsWritten() {
        RecorderMark mark = new RecorderMark(4711, 123_456_789);

        assertThat(RecorderMark.parse(mark.toString())).contains(mark);
        assertThat(RecorderMark.parse("record-x-1")).isEmpty();
        assertThat(RecorderMark.parse("nlmon")).isEmpty();
    }
}
