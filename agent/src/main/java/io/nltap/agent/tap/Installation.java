// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * One installation of nltap on a cluster. Its devices carry its mark, so that installations do not touch each other's.
 *
 * @param id 1 to 64 letters, digits, dots and hyphens, stable over restarts of the agent
 */
public record Installation(String id) {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9.-]{1,64}");
    private static final int NAME_BYTES = 4;

    public Installation {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "an installation id has 1 to 64 letters, digits, dots and hyphens, this one is \"" + id + "\"");
        }
    }

    /**
     * {@code nltap-1a2b3c4d}: below the 15 characters the kernel allows, and the same on every node. An analysis knows it by
     * this form: {@link io.nltap.netlink.change.TapDevices#isName}.
     */
    public String deviceName() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
            return "nltap-" + HexFormat.of().formatHex(digest, 0, NAME_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** What {@code ip -d link} shows as the device's alias. */
    public String alias() {
        return "nltap.io/" + id + "/tap";
    }
}
