// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import io.nltap.agent.linux.Link;
import io.nltap.netlink.change.TapDevices;

/** Tells the devices of one installation from everybody else's. */
record NlmonDevices(Installation installation) {

    static final String KIND = "nlmon";

    /** Whether a device is that of any installation of nltap. */
    static boolean isOfNltap(Link link) {
        return link.kind().equals(KIND) && TapDevices.isName(link.name());
    }

    /**
     * Whether a device is ours: it carries our alias, or it is the half-made device of an agent that was killed between
     * making it and claiming it, which has our name, no alias and was never up.
     */
    boolean isOurs(Link link) {
        boolean claimed = link.alias().equals(installation.alias());
        boolean halfMade =
                link.name().equals(installation.deviceName()) && link.alias().isEmpty() && !link.up();
        return link.kind().equals(KIND) && (claimed || halfMade);
    }
}
