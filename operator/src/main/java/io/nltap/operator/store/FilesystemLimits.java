// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.store;

import io.nltap.operator.store.StoreProblem.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How much a directory takes.
 *
 * @param largest bytes of one file
 * @param keepFree bytes that are to stay free on the volume
 */
public record FilesystemLimits(long largest, long keepFree) {

    /** A segment before compression has at most 1 GiB, and what cannot be compressed grows a little. */
    public static final FilesystemLimits DEFAULT = new FilesystemLimits(1152L << 20, 16L << 20);

    /** @throws IOException when the volume cannot be asked */
    Optional<StoreProblem> refuse(Path volume, long size) throws IOException {
        if (size > largest) {
            return Optional.of(new StoreProblem(
                    Kind.TOO_LARGE, "a file has %d bytes, and the store takes at most %d".formatted(size, largest)));
        }
        return free(volume) - keepFree < size ? Optional.of(full(volume)) : Optional.empty();
    }

    StoreProblem full(Path volume) {
        return new StoreProblem(
                Kind.FULL,
                "the operator's volume %s is full; delete old artifacts from it or enlarge it, uploads go on by"
                                .formatted(volume)
                        + " themselves then");
    }

    /** ENOSPC and EDQUOT have no exception of their own. */
    boolean isFull(Path volume, IOException failure) {
        String message = String.valueOf(failure.getMessage());
        if (message.contains("No space left on device") || message.contains("quota exceeded")) {
            return true;
        }
        try {
            return free(volume) <= keepFree;
        } catch (IOException e) {
            return false;
        }
    }

    private static long free(Path volume) throws IOException {
        return Files.getFileStore(volume).getUsableSpace();
    }
}
