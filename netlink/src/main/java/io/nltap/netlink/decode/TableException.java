// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

/** A table file is wrong; the message says where, and how. */
public final class TableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TableException(String file, int line, String problem) {
        super("%s:%d: %s".formatted(file, line, problem));
    }
}
