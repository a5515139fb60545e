// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.store;

import io.nltap.api.v1alpha1.ArtifactKey;
import io.nltap.api.v1alpha1.CaptureRef;
import io.nltap.api.v1alpha1.Compression;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Random;

/** Files to store, and keys for them. */
final class Samples {
    private Samples() {}

    static ArtifactKey key(int number) {
        return new ArtifactKey(new CaptureRef("shop", "slow-dns", "uid-1"), "node-1", number, Compression.ZSTD);
    }

    static byte[] bytes(long seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static Content contentOf(byte[] bytes) {
        try {
            return CheckedCopy.contentOf(new ByteArrayInputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
