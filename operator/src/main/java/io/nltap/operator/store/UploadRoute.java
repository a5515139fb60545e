// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.store;

import java.net.URI;
import java.util.Map;

/** What to do with a file that somebody wants to store. */
public sealed interface UploadRoute {

    /** Nothing: it is there, and its bytes have been found to be the same. */
    record AlreadyThere() implements UploadRoute {}

    /** Hand it to {@link ObjectStore#take}. */
    record Take() implements UploadRoute {}

    /**
     * Let the one who has it put it there, before long.
     *
     * @param url holds a credential for this one file
     * @param headers that must be sent along; they are signed
     */
    record Presigned(URI url, Map<String, String> headers) implements UploadRoute {}

    /** Turn it away. */
    record No(StoreProblem problem) implements UploadRoute {}
}
