// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.store;

import io.nltap.api.v1alpha1.ArtifactKey;
import io.nltap.api.v1alpha1.Compression;

/**
 * How a file is given to those who fetch it.
 *
 * @param disposition always to be saved, never to be shown in place: what is in a file was named by captured processes
 */
public record Download(String mediaType, String disposition) {

    public static Download of(ArtifactKey key) {
        boolean packed = key.compression() != Compression.NONE;
        return new Download(
                packed ? "application/octet-stream" : key.kind().mediaType(),
                "attachment; filename=\"" + fileName(key) + "\"");
    }

    /** The whole key, so that files of several nodes do not overwrite each other where they are saved. */
    private static String fileName(ArtifactKey key) {
        return key.toString().replace('/', '_');
    }
}
