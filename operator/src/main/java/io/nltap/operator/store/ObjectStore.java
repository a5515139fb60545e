// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.store;

import io.nltap.api.v1alpha1.ArtifactKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/**
 * A place for artifacts. What is under a key never changes: a key is written once. Safe for use by several threads; all
 * methods may wait for a disk or for another server, but for a bounded time.
 */
public interface ObjectStore extends AutoCloseable {

    /** Whether a file is there, and how large it is. */
    Lookup find(ArtifactKey key);

    /** What to do with a file that is to be stored; says {@code AlreadyThere} only after comparing the digest. */
    UploadRoute routeFor(ArtifactKey key, Content content);

    /**
     * Stores the file if the body is what was announced, else nothing.
     *
     * @param body read to its end or to the end of the announced size; not closed
     */
    Receipt take(ArtifactKey key, Content content, InputStream body);

    /**
     * Stores a file that is in memory, unless the same is there already.
     *
     * @param content of these very bytes
     */
    Receipt put(ArtifactKey key, Content content, byte[] bytes);

    /**
     * The bytes of a file, to be closed by the caller.
     *
     * @throws NoSuchFileException when there is none
     * @throws IOException when the store cannot be asked; says why
     */
    InputStream open(ArtifactKey key) throws IOException;

    /** Where a file that was found is to be had; waits for nothing. */
    DownloadRoute download(ArtifactKey key);

    /** Why the store cannot be used at all, as far as can be seen without writing an artifact. */
    Optional<StoreProblem> check();

    @Override
    void close();
}
