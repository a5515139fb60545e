// SPDX-License-Identifier: Apache-2.0
package io.nltap.report.html;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * What a browser may do with the page: run this one script, apply this one style, nothing else; above all fetch nothing
 * (Content Security Policy Level 3). Should escaping ever fail, it still holds.
 */
final class ContentPolicy {
    private ContentPolicy() {}

    static String of(String script, String style) {
        return "default-src 'none'; script-src '%s'; style-src '%s'; base-uri 'none'; form-action 'none'; "
                        .formatted(hash(script), hash(style))
                + "require-trusted-types-for 'script'; trusted-types 'none'";
    }

    private static String hash(String content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
