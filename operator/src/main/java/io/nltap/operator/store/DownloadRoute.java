// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.store;

import java.net.URI;
import java.nio.file.Path;

/** Where the bytes of a file are to be had. */
public sealed interface DownloadRoute {

    /** Here. */
    record Local(Path file) implements DownloadRoute {}

    /** @param url holds a credential for this one file, for a short time */
    record Presigned(URI url) implements DownloadRoute {}
}
