// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.upload;

import io.nltap.api.v1alpha1.ArtifactKey;
import java.net.URI;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * A closed file and where it is to go.
 *
 * @param gateway base address of the gateway, as {@code NodeCaptureSpec.gateway} has it
 * @param file is not changed any more, and stays until the upload has ended
 * @param size bytes in the file
 * @param sha256 of the file, 64 lower-case hexadecimal digits
 */
public record Upload(URI gateway, ArtifactKey key, Path file, long size, String sha256) {

    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    /** @throws IllegalArgumentException when the size or the digest cannot be one */
    public Upload {
        if (size < 0) {
            throw new IllegalArgumentException("size of %s is negative: %d".formatted(file, size));
        }
        if (!SHA256.matcher(sha256).matches()) {
            throw new IllegalArgumentException(
                    "SHA-256 of %s is not 64 lower-case hexadecimal digits: %s".formatted(file, sha256));
        }
    }
}
