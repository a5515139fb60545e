// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.evidence;

import io.nltap.agent.linux.NetNs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Counts the nlmon devices of others in a network namespace. By their names, from {@code net/dev}: to ask for their kind
 * would take the rtnl lock. People name them nlmon0 and the like, nltap names its own by a name of its own.
 */
final class OtherTaps implements AutoCloseable {

    private static final Pattern NAME = Pattern.compile("(?m)^\\s*((?:nlmon|nltap)[^:\\s]*):");
    private static final int LARGEST = 1 << 20;
    private static final int PAGE = 1 << 15;

    private final FileChannel file;
    private final String own;

    /** @param file is closed with this */
    OtherTaps(FileChannel file, String own) {
        this.file = file;
        this.own = own;
    }

    /** @param own name of the device that is not to be counted */
    static OtherTaps open(NetNs namespace, Path proc, String own) throws IOException, InterruptedException {
        return new OtherTaps(
                namespace.<FileChannel, IOException>visit(
                        () -> FileChannel.open(proc.resolve("thread-self/net/dev"), StandardOpenOption.READ)),
                own);
    }

    int count() throws IOException {
        StringBuilder text = new StringBuilder();
        ByteBuffer page = ByteBuffer.allocate(PAGE);
        while (text.length() < LARGEST && file.read(page.clear(), text.length()) > 0) {
            text.append(StandardCharsets.ISO_8859_1.decode(page.flip()));
        }
        return count(text, own);
    }

    static int count(CharSequence devices, String own) {
        int count = 0;
        for (Matcher matcher = NAME.matcher(devices); matcher.find(); ) {
            count += matcher.group(1).equals(own) ? 0 : 1;
        }
        return count;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
