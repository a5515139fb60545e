// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.gateway;

import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The header {@code Content-Digest} of RFC 9530, such as {@code sha-256=:<base64>:}. */
final class ContentDigest {
    private static final Pattern SHA256 = Pattern.compile("(?:^|,)\\s*sha-256=:([A-Za-z0-9+/]{43}=):\\s*(?:,|$)");

    private ContentDigest() {}

    /** The SHA-256 in it, as 64 lower-case hexadecimal digits. */
    static Optional<String> sha256(String header) {
        Matcher matcher = SHA256.matcher(header);
        return matcher.find()
                ? Optional.of(HexFormat.of().formatHex(Base64.getDecoder().decode(matcher.group(1))))
                : Optional.empty();
    }
}
