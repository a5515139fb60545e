// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.upload;

import java.time.Duration;
import java.util.Optional;

/** How one attempt to store a file ended. */
public sealed interface UploadAnswer {

    /**
     * The file is in the store; it need not be kept any longer.
     *
     * @param digestChecked whether the store's copy was found to have the SHA-256 of the file; false for the few S3
     *     services that keep no checksums, of which only the size is known to be right
     */
    record Stored(boolean digestChecked) implements UploadAnswer {}

    /**
     * The file is not known to be in the store, and a later attempt may succeed.
     *
     * @param after how long the other side asks us to wait, if it does
     * @param why what failed, on what, and what to do: for the status of the capture
     */
    record Retry(Optional<Duration> after, String why) implements UploadAnswer {}

    /**
     * The file is not in the store, and no attempt with the same file and key will succeed.
     *
     * @param why what was refused and what to do: for the status of the capture
     */
    record Refused(String why) implements UploadAnswer {}
}
