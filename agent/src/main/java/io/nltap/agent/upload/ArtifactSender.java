// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.upload;

/** Makes one attempt to store a file, from its start. Safe for use by several threads. */
@FunctionalInterface
public interface ArtifactSender {

    /**
     * Returns within a bounded time, which grows with the size of the file.
     *
     * @throws InterruptedException when the thread was interrupted; the attempt has been given up, and whether the file
     *     is in the store is not known
     */
    UploadAnswer send(Upload upload) throws InterruptedException;
}
