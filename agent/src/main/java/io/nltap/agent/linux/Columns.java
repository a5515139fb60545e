// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.util.StringTokenizer;

/** Columns of the tables in /proc, which blanks divide. Without regular expressions, as tables may have thousands of lines. */
public final class Columns {

    private Columns() {}

    /** All columns of a line, none of them empty. */
    public static String[] of(String line) {
        StringTokenizer tokens = new StringTokenizer(line);
        String[] columns = new String[tokens.countTokens()];
        for (int column = 0; column < columns.length; column++) {
            columns[column] = tokens.nextToken();
        }
        return columns;
    }
}
