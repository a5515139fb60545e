// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.upload;

import java.net.http.HttpHeaders;

/**
 * An answer that arrived whole.
 *
 * @param body as UTF-8 text, cut at {@link TextBody#LIMIT} bytes
 */
record HttpAnswer(int status, HttpHeaders headers, String body) {

    boolean isSuccess() {
        return status >= 200 && status < 300;
    }
}
