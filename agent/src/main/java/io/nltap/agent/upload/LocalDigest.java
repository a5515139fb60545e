// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.upload;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Tells a file that was damaged on its way from one that was changed on the node. */
final class LocalDigest {

    private LocalDigest() {}

    /** Whether the file has another SHA-256 than it had when it was closed; false when it cannot be read. */
    static boolean differs(Upload upload) {
        try (InputStream file = Files.newInputStream(upload.file())) {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            new DigestInputStream(file, sha256).transferTo(OutputStream.nullOutputStream());
            return !HexFormat.of().formatHex(sha256.digest()).equals(upload.sha256());
        } catch (IOException e) {
            return false; // the next attempt will say what is wrong with it
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
