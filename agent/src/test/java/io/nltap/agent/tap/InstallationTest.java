// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nltap.agent.linux.Link;
import io.nltap.netlink.change.TapDevices;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InstallationTest {

    private static final Installation OURS = new Installation("3f6c1c1e-7d0c-4a53-9a57-d0d8a8a9e001");

    @Test
    void namesItsDevicesTheSameEverywhereAndWithinTheKernelsBound() {
        assertThat(OURS.deviceName()).matches("nltap-[0-9a-f]{8}").hasSizeLessThanOrEqualTo(15);
        assertThat(TapDevices.isName(OURS.deviceName())).isTrue();
        assertThat(new Installation(OURS.id()).deviceName()).isEqualTo(OURS.deviceName());
        assertThat(new Installation("another").deviceName()).isNotEqualTo(OURS.deviceName());
        assertThat(OURS.alias()).isEqualTo("nltap.io/3f6c1c1e-7d0c-4a53-9a57-d0d8a8a9e001/tap");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "with space", "quote\""})
    void refusesAnIdThatWouldNotFitIntoAnAlias(String id) {
        assertThatThrownBy(() -> new Installation(id))
                .hasMessageContaining("1 to 64 letters, digits, dots and hyphens");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "claimed,                      nlmon, OURS, OURS,  true,  true",
        "claimed and taken down,       nlmon, OURS, OURS,  false, true",
        "claimed and renamed,          nlmon, x0,   OURS,  true,  true",
        "made but not claimed,         nlmon, OURS, '',    false, true",
        "our name but up,              nlmon, OURS, '',    true,  false",
        "our name but another's alias, nlmon, OURS, other, false, false",
        "somebody else's,              nlmon, x0,   '',    false, false",
        "of another kind,              dummy, OURS, OURS,  true,  false"
    })
    void knowsItsOwnDevices(String what, String kind, String name, String alias, boolean up, boolean ours) {
        Link link = new Link(7, name.replace("OURS", OURS.deviceName()), kind, alias.replace("OURS", OURS.alias()), up);

        assertThat(new NlmonDevices(OURS).isOurs(link)).as(what).isEqualTo(ours);
    }
}
