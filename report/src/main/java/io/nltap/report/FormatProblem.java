// SPDX-License-Identifier: Apache-2.0
package io.nltap.report;

/** What was read is no JSON of ours; the message says what is wrong with it. */
public final class FormatProblem extends Exception {
    private static final long serialVersionUID = 1L;

    FormatProblem(String message) {
        super(message);
    }

    FormatProblem(String message, Throwable cause) {
        super(message, cause);
    }
}
