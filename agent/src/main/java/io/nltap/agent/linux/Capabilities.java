// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An effective capability set.
 *
 * @param effective bit mask as in {@code CapEff}
 */
public record Capabilities(long effective) {

    private static final String CAP_EFF = "CapEff:";

    /** What the calling thread may do: the kernel keeps capabilities for each thread. */
    public static Capabilities ofSelf() throws IOException {
        return of(Path.of("/proc/thread-self/status"));
    }

    static Capabilities of(Path status) throws IOException {
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith(CAP_EFF)) {
                return new Capabilities(
                        Long.parseUnsignedLong(line.substring(CAP_EFF.length()).strip(), 16));
            }
        }
        throw new IOException(status + " has no line " + CAP_EFF);
    }

    public boolean has(Capability capability) {
        return capability.in(effective);
    }
}
