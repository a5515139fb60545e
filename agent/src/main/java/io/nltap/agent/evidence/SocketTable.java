// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.evidence;

import io.nltap.agent.linux.Columns;
import io.nltap.agent.linux.NetNs;
import io.nltap.netlink.evidence.SocketRow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * {@code net/netlink} of one network namespace, all columns of it. The open file keeps the namespace alive, as the tap does
 * that it stands beside: both are closed together. Reading it takes no lock of the kernel's and makes no netlink traffic.
 */
final class SocketTable implements AutoCloseable {

    private static final int LARGEST = 1 << 20;
    static final int MOST_ROWS = 4096;
    private static final int COLUMNS = 10;
    private static final int FIRST_BUFFER = 1 << 14;

    /** @param omitted rows that were not read for want of room */
    record Reading(List<SocketRow> rows, int omitted) {}

    private final FileChannel file;
    private ByteBuffer buffer = ByteBuffer.allocate(FIRST_BUFFER);

    /** @param file is closed with this */
    SocketTable(FileChannel file) {
        this.file = file;
    }

    /** @param proc of the PID namespace that this process is in */
    static SocketTable open(NetNs namespace, Path proc) throws IOException, InterruptedException {
        return new SocketTable(namespace.<FileChannel, IOException>visit(
                () -> FileChannel.open(proc.resolve("thread-self/net/netlink"), StandardOpenOption.READ)));
    }

    Reading read() throws IOException {
        buffer.clear();
        while (buffer.position() < LARGEST) {
            int count = file.read(buffer, buffer.position());
            if (count <= 0) {
                break;
            }
            if (!buffer.hasRemaining()) {
                buffer = ByteBuffer.allocate(buffer.capacity() * 2).put(buffer.flip());
            }
        }
        return parse(new String(buffer.array(), 0, buffer.position(), StandardCharsets.ISO_8859_1));
    }

    /** What is no row, as the heading and a line that was cut off, is left out. */
    static Reading parse(String table) {
        List<SocketRow> rows = new ArrayList<>();
        int omitted = 0;
        for (String line : table.split("\n")) {
            String[] columns = Columns.of(line);
            if (columns.length < COLUMNS || columns[0].equals("sk")) {
                continue;
            }
            if (rows.size() >= MOST_ROWS) {
                omitted++;
                continue;
            }
            try {
                rows.add(row(columns));
            } catch (NumberFormatException e) {
                omitted++;
            }
        }
        return new Reading(rows, omitted);
    }

    // sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode   netlink_native_seq_show in net/netlink/af_netlink.c
    private static SocketRow row(String[] columns) {
        return new SocketRow(
                Integer.parseInt(columns[1]),
                Long.parseLong(columns[2]) & 0xFFFF_FFFFL,
                Long.parseLong(columns[3], 16),
                Long.parseLong(columns[4]),
                OptionalLong.empty(),
                Long.parseLong(columns[5]),
                !columns[6].equals("0"),
                Integer.parseInt(columns[7]),
                Long.parseLong(columns[8]),
                Long.parseLong(columns[9]));
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
