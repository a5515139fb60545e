// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Captures of real commands on a real nlmon; {@code captures/commands.txt} tells which, and {@code record} made them. */
public final class Captures {
    private Captures() {}

    public static List<String> names() {
        return Arrays.stream(new String(bytes("commands.txt"), StandardCharsets.UTF_8).split("\n"))
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.substring(0, line.indexOf('|')))
                .toList();
    }

    public static ByteBuffer read(String name) {
        return ByteBuffer.wrap(bytes(name + ".pcap"));
    }

    private static byte[] bytes(String file) {
        try (InputStream in = Captures.class.getResourceAsStream("captures/" + file)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
