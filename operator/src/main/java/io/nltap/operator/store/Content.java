// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.store;

import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * What tells one file from another.
 *
 * @param size bytes
 * @param sha256 64 lower-case hexadecimal digits
 */
public record Content(long size, String sha256) {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    /** @throws IllegalArgumentException when the size or the digest cannot be one; says which */
    public Content {
        if (size < 0) {
            throw new IllegalArgumentException("size is negative: " + size);
        }
        if (!SHA256.matcher(sha256).matches()) {
            throw new IllegalArgumentException("sha256 is not 64 lower-case hexadecimal digits");
        }
    }

    public static Content of(byte[] bytes) {
        return new Content(
                bytes.length, HexFormat.of().formatHex(CheckedCopy.sha256().digest(bytes)));
    }

    /** Of all that is left of a stream. */
    public static Content of(InputStream stream) throws IOException {
        return CheckedCopy.contentOf(stream);
    }

    /** As HTTP and S3 headers have it. */
    public String base64() {
        return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(sha256));
    }

    @Override
    public String toString() {
        return "%d bytes with SHA-256 %s".formatted(size, sha256);
    }
}
