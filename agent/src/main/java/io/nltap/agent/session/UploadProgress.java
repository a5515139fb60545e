// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How far the upload of a session's files is.
 *
 * @param waiting files that are not settled yet
 * @param refused why a file will never be in the store, by its name for people
 * @param delay why the file that is being uploaded is not there yet, when an attempt has failed
 */
record UploadProgress(int waiting, Map<String, String> refused, Optional<String> delay) {

    static final UploadProgress NONE = new UploadProgress(0, Map.of(), Optional.empty());

    UploadProgress {
        refused = new TreeMap<>(refused);
    }

    boolean isSettled() {
        return waiting == 0;
    }
}
