// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.spool;

import java.io.IOException;
import java.nio.file.Path;

/** Two agents must not use one spool: each would take the files of the other for leftovers. */
public final class SpoolInUseException extends IOException {
    private static final long serialVersionUID = 1L;

    SpoolInUseException(Path root) {
        super("another agent uses the spool " + root + "; wait until it has ended");
    }
}
