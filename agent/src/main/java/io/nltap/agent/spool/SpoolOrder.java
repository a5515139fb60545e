// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.spool;

import io.nltap.api.v1alpha1.CaptureRef;
import io.nltap.api.v1alpha1.Compression;
import io.nltap.api.v1alpha1.Format;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an agent must know to finish the upload of a session, even when another agent made the session and the
 * NodeCapture is gone.
 *
 * @param uid of the NodeCapture; names the session's directory
 * @param namespace of the NodeCapture
 * @param name of the NodeCapture
 * @param node on which it captures
 * @param format of the files as they are stored
 * @param gateway base address that takes the segments
 */
public record SpoolOrder(
        String uid,
        String namespace,
        String name,
        CaptureRef capture,
        String node,
        String gateway,
        Compression compression,
        @Nullable Format format) {

    private static final Pattern UID = Pattern.compile("[A-Za-z0-9](?:[-A-Za-z0-9]{0,62}[A-Za-z0-9])?");

    public SpoolOrder {
        format = format == null ? Format.PCAPNG : format; // one from before there was a choice
        if (!isUid(uid)) {
            throw new IllegalArgumentException("'" + uid + "' cannot be the UID of a NodeCapture");
        }
    }

    static boolean isUid(String text) {
        return UID.matcher(text).matches();
    }
}
