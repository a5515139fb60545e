// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import io.nltap.agent.linux.Columns;
import io.nltap.agent.linux.NetNs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The kernel's table of bound netlink sockets of one network namespace, {@code net/netlink} in /proc. The open file stays
 * with the namespace it was opened in and keeps it alive, as the tap does: both are closed together. Reading it makes no
 * netlink traffic.
 */
final class NetlinkTable implements AutoCloseable {

    // The table has no end of its own on a broken day; 16 MiB are some 100,000 sockets.
    private static final int LARGEST = 16 << 20;

    /**
     * @param groups the first 32 groups it listens to, group 1 in the lowest bit: the file shows no more
     * @param inode of the socket, 0 for the kernel's own
     */
    record Row(int protocol, long portId, int groups, long inode) {

        /** The groups that the file shows it to listen to. */
        BitSet listening() {
            BitSet listening = new BitSet();
            for (int group = 1; group <= Integer.SIZE; group++) {
                listening.set(group, (groups >>> (group - 1) & 1) != 0);
            }
            return listening;
        }
    }

    private final FileChannel file;
    private ByteBuffer buffer = ByteBuffer.allocate(1 << 15);

    /** @param file is closed with this */
    NetlinkTable(FileChannel file) {
        this.file = file;
    }

    /** @param proc of the PID namespace this process is in */
    static NetlinkTable open(NetNs namespace, Path proc) throws IOException, InterruptedException {
        return new NetlinkTable(namespace.<FileChannel, IOException>visit(
                () -> FileChannel.open(proc.resolve("thread-self/net/netlink"), StandardOpenOption.READ)));
    }

    /** All rows but the kernel's own. */
    List<Row> read() throws IOException {
        buffer.clear();
        while (true) {
            int count = file.read(buffer, buffer.position());
            if (count <= 0 || buffer.position() >= LARGEST) {
                break;
            }
            if (!buffer.hasRemaining()) {
                buffer = ByteBuffer.allocate(buffer.capacity() * 2).put(buffer.flip());
            }
        }
        return parse(new String(buffer.array(), 0, buffer.position(), StandardCharsets.ISO_8859_1));
    }

    static List<Row> parse(String table) {
        List<Row> rows = new ArrayList<>();
        for (String line : table.split("\n")) {
            // sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode   netlink_native_seq_show
            String[] fields = Columns.of(line);
            try {
                long portId = Long.parseLong(fields[2]) & 0xFFFF_FFFFL;
                if (portId != 0) {
                    rows.add(new Row(
                            Integer.parseInt(fields[1]),
                            portId,
                            Integer.parseUnsignedInt(fields[3], 16),
                            Long.parseLong(fields[9])));
                }
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                continue; // the heading, and a line that was cut off
            }
        }
        return rows;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
