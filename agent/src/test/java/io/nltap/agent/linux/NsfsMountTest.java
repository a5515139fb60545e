// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NsfsMountTest {

    @Test
    void isANamespaceAndWhereItIsMounted() {
        NsfsMount mount = NsfsMount.parse(
                        "559 23 0:4 net:[4026532254] /run/netns/cni\\0401234 rw shared:7 - nsfs nsfs rw")
                .orElseThrow();

        assertThat(mount.inode()).isEqualTo(4026532254L);
        assertThat(mount.mountPoint()).isEqualTo("/run/netns/cni 1234");
        assertThat(mount.under(Path.of("/proc/1/root"))).isEqualTo(Path.of("/proc/1/root/run/netns/cni 1234"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw",
                "560 23 0:4 mnt:[4026532255] /run/snapd/ns/x.mnt rw - nsfs nsfs rw",
                "560 23 0:4 net:[] /run/netns/x rw - nsfs nsfs rw",
                ""
            })
    void anythingElseIsNot(String line) {
        assertThat(NsfsMount.parse(line)).isEmpty();
    }
}
