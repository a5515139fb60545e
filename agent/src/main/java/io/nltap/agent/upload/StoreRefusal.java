// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.upload;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why an S3 service did not take a file: the {@code Code} and {@code Message} of its error document, which is what its
 * administrator will look for.
 */
record StoreRefusal(int status, String code, String message) {
    private static final int MAX_LENGTH = 200;
    private static final Pattern CODE = Pattern.compile("<Code>([^<]{1,100})</Code>");
    private static final Pattern MESSAGE = Pattern.compile("<Message>([^<]{1,1000})</Message>");

    static StoreRefusal of(HttpAnswer answer) {
        return new StoreRefusal(answer.status(), find(CODE, answer.body()), find(MESSAGE, answer.body()));
    }

    /** What failed, where, and what to do. */
    String sentence(String store) {
        String text = "store at %s answered %d".formatted(store, status);
        if (!code.isEmpty()) {
            text += " " + code;
        }
        if (!message.isEmpty()) {
            text += ": " + message;
        }
        return text + advice();
    }

    private String advice() {
        if (status == 403) {
            return "; check the credentials Secret of the CaptureStore, their right to put objects, and the clocks";
        }
        if (status >= 300 && status < 400) {
            return "; redirects of a store are not followed: check endpoint and region of the CaptureStore";
        }
        if (status == 404) {
            return "; check bucket, endpoint and pathStyle of the CaptureStore";
        }
        return "";
    }

    private static String find(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            return "";
        }
        String found = matcher.group(1).strip();
        return found.length() <= MAX_LENGTH ? found : found.substring(0, MAX_LENGTH);
    }
}
