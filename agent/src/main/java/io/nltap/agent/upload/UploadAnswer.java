// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.upload;

import java.time.Duration;
import java.util.Optional;

/** How one attempt to store a file ended. */
public sealed interface UploadAnswer {

    /** The file is in the store, with the size and SHA-256 that it has here; it need not be kept any longer. */
    record Stored() implements UploadAnswer {}

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
