// SPDX-License-Identifier: Apache-2.0
package io.nltap.images;

import java.util.List;
import java.util.Map;

/**
 * What an image is to be.
 *
 * @param reference with its tag, such as {@code nltap.io/nltap-agent:0.1.0}
 * @param user a numeric user and group, such as {@code 65532:65532}
 * @param layers the first is the lowest
 */
record Image(
        String reference,
        String description,
        String user,
        List<String> entrypoint,
        Map<String, String> environment,
        List<Layer> layers) {

    String tag() {
        return reference.substring(reference.lastIndexOf(':') + 1);
    }
}
