// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CapabilitiesTest {

    @TempDir
    private Path directory;

    @Test
    void readsTheEffectiveSet() throws IOException {
        Path status = Files.writeString(
                directory.resolve("status"), "Name:\tjava\nCapPrm:\t000001ffffffffff\nCapEff:\t0000000000003000\n");

        Capabilities capabilities = Capabilities.of(status);

        assertThat(capabilities.has(Capability.CAP_NET_ADMIN)).isTrue();
        assertThat(capabilities.has(Capability.CAP_NET_RAW)).isTrue();
        assertThat(capabilities.has(Capability.CAP_SYS_ADMIN)).isFalse();
    }

    @Test
    void isNotContentWithAFileThatHasNone() throws IOException {
        Path status = Files.writeString(directory.resolve("status"), "Name:\tjava\n");

        assertThatThrownBy(() -> Capabilities.of(status)).hasMessage(status + " has no line CapEff:");
    }

    @Test
    void readsItsOwn() throws IOException {
        assertThat(Capabilities.ofSelf().effective()).isNotNegative();
    }
}
