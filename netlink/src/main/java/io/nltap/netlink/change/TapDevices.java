// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.change;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The nlmon devices of nltap, of whichever of its processes: that they come and go, and what is attached to them, is no change
 * that anybody wants to hear of. They have names of a form of their own.
 */
public final class TapDevices {
    private static final String PREFIX = "nltap-";
    private static final int DIGITS = 8;
    private static final String KIND = "nlmon";
    private static final String INDEX = "ifi_index ";
    private static final int REMEMBERED = 4096;

    private record Device(String netns, String index) {}

    private final Map<Device, Boolean> known = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Device, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** Whether nltap gives such names to its devices: {@code nltap-} and eight hexadecimal digits. */
    public static boolean isName(String interfaceName) {
        return interfaceName.length() == PREFIX.length() + DIGITS
                && interfaceName.startsWith(PREFIX)
                && interfaceName
                        .chars()
                        .skip(PREFIX.length())
                        .allMatch(each -> (each >= '0' && each <= '9') || (each >= 'a' && each <= 'f'));
    }

    /** Devices that were there before anything was told of them. */
    void know(String netns, Set<Integer> indexes) {
        indexes.forEach(index -> known.put(new Device(netns, Integer.toString(index)), true));
    }

    /** Whether it is such a device, or belongs to one. */
    boolean include(String netns, Draft draft) {
        if (draft.kind() != ObjectKind.LINK) {
            String index = draft.values().get("tcm_ifindex");
            return index != null && known.containsKey(new Device(netns, index));
        }
        String name = draft.values().getOrDefault("IFLA_IFNAME", "");
        if (!name.isEmpty() && (!isName(name) || !isKind(draft))) {
            return false;
        }
        boolean isOne = isName(name);
        for (String each : draft.names()) {
            if (each.startsWith(INDEX)) {
                Device device = new Device(netns, each.substring(INDEX.length()));
                isOne |= known.containsKey(device);
                if (isOne) {
                    known.put(device, true);
                }
            }
        }
        return isOne;
    }

    private static boolean isKind(Draft draft) {
        return draft.values().getOrDefault("IFLA_LINKINFO", KIND).contains(KIND);
    }
}
