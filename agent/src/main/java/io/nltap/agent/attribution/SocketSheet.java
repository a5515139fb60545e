// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import java.util.Arrays;
import java.util.Collection;
import java.util.stream.LongStream;

/** Which socket had which port id at one moment, by {@link KnownSocket#key}. Looked at for frames: makes no object. */
final class SocketSheet {
    static final long NO_SOCKET = 0;

    private final long[] keys;
    private final long[] inodes;
    private final long takenNanos;

    /** @param takenNanos a moment before the table was read */
    SocketSheet(Collection<NetlinkTable.Row> rows, long takenNanos) {
        NetlinkTable.Row[] sorted = rows.toArray(NetlinkTable.Row[]::new);
        Arrays.sort(
                sorted,
                (a, b) -> Long.compare(
                        KnownSocket.key(a.protocol(), a.portId()), KnownSocket.key(b.protocol(), b.portId())));
        this.keys = new long[sorted.length];
        this.inodes = new long[sorted.length];
        this.takenNanos = takenNanos;
        for (int index = 0; index < sorted.length; index++) {
            keys[index] = KnownSocket.key(sorted[index].protocol(), sorted[index].portId());
            inodes[index] = sorted[index].inode();
        }
    }

    long takenNanos() {
        return takenNanos;
    }

    /** Of all sockets of a protocol. */
    LongStream portIds(int protocol) {
        return Arrays.stream(keys).filter(key -> key >>> 32 == protocol).map(key -> key & 0xFFFF_FFFFL);
    }

    /** Of the socket with that port id, or {@link #NO_SOCKET}. */
    long inode(long key) {
        int index = Arrays.binarySearch(keys, key);
        return index < 0 ? NO_SOCKET : inodes[index];
    }
}
