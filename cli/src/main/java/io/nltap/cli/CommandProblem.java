// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

/** The command cannot go on; the message is for the user: what failed, on what, why, and what to do. */
final class CommandProblem extends Exception {
    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;

    CommandProblem(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    CommandProblem(ExitCode exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    ExitCode exitCode() {
        return exitCode;
    }
}
