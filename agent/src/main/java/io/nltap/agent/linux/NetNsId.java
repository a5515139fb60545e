// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Identity of a network namespace: device and inode of its nsfs file, as {@code stat -L /proc/PID/ns/net} shows them. An
 * inode may be given to another namespace once this one has ended, so an identity is only good while it is held open.
 */
public record NetNsId(long device, long inode) {

    /** @param path a namespace file; links are followed */
    public static NetNsId of(Path path) throws IOException {
        Map<String, Object> stat = Files.readAttributes(path, "unix:dev,ino");
        return new NetNsId(number(stat, "dev"), number(stat, "ino"));
    }

    private static long number(Map<String, Object> stat, String attribute) throws IOException {
        if (stat.get(attribute) instanceof Number number) {
            return number.longValue();
        }
        throw new IOException("stat gave no number for " + attribute);
    }

    /** As the kernel's own links show it. */
    @Override
    public String toString() {
        return "net:[" + inode + "]";
    }
}
