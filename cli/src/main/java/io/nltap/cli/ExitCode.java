// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

/** What {@code nltap} tells the shell. Scripts rely on the numbers: they never change. */
enum ExitCode {
    /** It did what was asked, and nothing was lost. Ctrl-C and SIGTERM are ways of asking for the end. */
    DONE(0),
    /** It could not begin, or could not go on; what was recorded until then is kept. */
    FAILED(1),
    /** The command line makes no sense. */
    WRONG_USAGE(2),
    /** It did what was asked, but messages were lost; {@code record.json} counts them. */
    INCOMPLETE(3);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
