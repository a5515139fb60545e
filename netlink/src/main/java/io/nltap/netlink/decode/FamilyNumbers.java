// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Which numbers the families of generic netlink have on the machine of a capture. */
final class FamilyNumbers {
    /** {@code GENL_MAX_ID} of {@code linux/genetlink.h}: more there cannot be. */
    private static final int MAX_NUMBER = 1023;

    private static final int NLCTRL = 16;

    private final Map<Integer, String> names;

    FamilyNumbers(Map<Integer, String> fixed) {
        names = new HashMap<>(fixed);
        names.putIfAbsent(NLCTRL, "nlctrl");
    }

    Optional<String> name(int number) {
        return Optional.ofNullable(names.get(number));
    }

    void learn(int number, String name) {
        if (number > NLCTRL && number <= MAX_NUMBER && !name.isEmpty()) {
            names.put(number, name);
        }
    }

    void learnFrom(DecodedMessage message) {
        switch (message.name()) {
            case "CTRL_CMD_NEWFAMILY" -> {
                OptionalLong number = message.number("CTRL_ATTR_FAMILY_ID");
                Optional<String> name = message.string("CTRL_ATTR_FAMILY_NAME");
                if (number.isPresent() && name.isPresent()) {
                    learn((int) number.getAsLong(), name.get());
                }
            }
            case "CTRL_CMD_DELFAMILY" -> {
                OptionalLong number = message.number("CTRL_ATTR_FAMILY_ID");
                if (number.isPresent() && number.getAsLong() != NLCTRL) {
                    names.remove((int) number.getAsLong());
                }
            }
            default -> {
                // says nothing of families
            }
        }
    }
}
