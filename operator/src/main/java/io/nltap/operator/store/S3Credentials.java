// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.store;

import java.util.Optional;

/** Of an account of an S3 service. */
public record S3Credentials(String accessKeyId, String secretAccessKey, Optional<String> sessionToken) {

    /** Without the secrets: logs are read by others. */
    @Override
    public String toString() {
        return "S3Credentials[accessKeyId=" + accessKeyId + "]";
    }
}
