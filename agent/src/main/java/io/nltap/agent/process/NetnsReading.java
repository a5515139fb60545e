// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.process;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code /proc/<pid>/ns/net} says (namespaces(7)): a link whose text is {@code net:[4026531840]}. */
public sealed interface NetnsReading {

    record Inode(long number) implements NetnsReading {}

    /** There is no such process, or it is a zombie: that has no namespaces any more. */
    record NoProcess() implements NetnsReading {}

    /** The kernel did not let us look, which takes CAP_SYS_PTRACE. */
    record Forbidden(String file) implements NetnsReading {}

    /** Text of the link. */
    Pattern LINK = Pattern.compile("net:\\[(\\d{1,18})]");

    /** @param process directory of the process in {@code /proc} */
    static NetnsReading of(Path process) {
        Path link = process.resolve("ns").resolve("net");
        try {
            Matcher matcher = LINK.matcher(Files.readSymbolicLink(link).toString());
            return matcher.matches() ? new Inode(Long.parseLong(matcher.group(1))) : new NoProcess();
        } catch (AccessDeniedException e) {
            return new Forbidden(link.toString());
        } catch (IOException e) {
            return new NoProcess();
        }
    }
}
