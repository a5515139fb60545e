// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;

/**
 * An AF_PACKET socket, mostly with a TPACKET_V3 receive ring (Documentation/networking/packet_mmap.rst). It belongs to the
 * namespace of the thread that opened it, and may be used from any thread.
 */
public final class PacketSocket implements AutoCloseable {

    // linux/socket.h, linux/if_packet.h, linux/if_ether.h
    private static final int AF_PACKET = 17;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 02000000;
    private static final int NO_PROTOCOL_YET = 0;
    private static final short ETH_P_ALL = 0x0003;
    private static final int SOL_PACKET = 263;
    private static final int PACKET_RX_RING = 5;
    private static final int PACKET_STATISTICS = 6;
    private static final int PACKET_VERSION = 10;
    private static final int TPACKET_V3 = 2;
    private static final int MSG_DONTWAIT = 0x40;

    /** In one go, so that whoever takes all does not do so for ever. */
    private static final int AT_ONCE = 1000;

    // asm-generic/socket.h
    private static final int SOL_SOCKET = 1;
    private static final int SO_ERROR = 4;
    private static final int SO_RCVBUF = 8;
    private static final int SO_ATTACH_FILTER = 26;

    // struct sockaddr_ll { unsigned short sll_family; __be16 sll_protocol; int sll_ifindex; … };   linux/if_packet.h
    private static final int SOCKADDR_LL_SIZE = 20;
    private static final int SLL_FAMILY = 0;
    private static final int SLL_PROTOCOL = 2;
    private static final int SLL_IFINDEX = 4;

    // struct tpacket_req3 { unsigned int tp_block_size, tp_block_nr, tp_frame_size, tp_frame_nr, tp_retire_blk_tov,
    //                       tp_sizeof_priv, tp_feature_req_word; };   linux/if_packet.h
    private static final int TPACKET_REQ3_SIZE = 28;
    private static final int TP_BLOCK_SIZE = 0;
    private static final int TP_BLOCK_NR = 4;
    private static final int TP_FRAME_SIZE = 8;
    private static final int TP_FRAME_NR = 12;
    private static final int TP_RETIRE_BLK_TOV = 16;
    private static final int TP_FEATURE_REQ_WORD = 24;
    /** Hands over each packet's hash. */
    private static final int TP_FT_REQ_FILL_RXHASH = 1;
    /** Version 3 packs frames of any size and ignores this beyond checking it. */
    private static final int FRAME_SIZE = 2048;

    // struct tpacket_stats_v3 { unsigned int tp_packets, tp_drops, tp_freeze_q_cnt; };   linux/if_packet.h
    private static final int TPACKET_STATS_V3_SIZE = 12;
    private static final int TP_DROPS = 4;

    private final Fd fd;
    private final ByteBuffer statistics = NativeMemory.allocate(TPACKET_STATS_V3_SIZE);
    private final ByteBuffer error = NativeMemory.allocate(Integer.BYTES);
    private final ByteBuffer taken = NativeMemory.allocate(1);

    // struct pollfd { int fd; short events; short revents; };   asm-generic/poll.h
    private final ByteBuffer pollfd = NativeMemory.allocate(8).putShort(4, (short) 1);

    private PacketSocket(Fd fd) {
        this.fd = fd;
    }

    /** A socket that receives nothing until {@link #bind}. EPERM without CAP_NET_RAW. */
    public static PacketSocket open() throws KernelException {
        return new PacketSocket(Fd.of(
                LibC.CALLS.socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, NO_PROTOCOL_YET),
                "socket",
                "AF_PACKET SOCK_RAW"));
    }

    /** @param length longest capture in bytes; the true length is still reported. 0 lets nothing through any more */
    public void limitCapture(int length) throws KernelException {
        filter(SocketFilter.cutting(length));
    }

    /** Receives only packets with that mark, and of each only that it came: for {@link #takeAll}. */
    public void limitToMark(int mark) throws KernelException {
        setOption(SOL_SOCKET, SO_RCVBUF, NativeMemory.ofInt(0), "SO_RCVBUF"); // the kernel makes it the least there is
        filter(SocketFilter.ofMark(mark));
    }

    private void filter(SocketFilter filter) throws KernelException {
        setOption(SOL_SOCKET, SO_ATTACH_FILTER, filter.program(), "SO_ATTACH_FILTER");
        Reference.reachabilityFence(filter.instructions());
    }

    /**
     * @param blockSize bytes, a multiple of the page size
     * @param blockCount blocks in the ring
     * @param retireMillis a block with frames in it is handed over this long after it was begun, even if not full
     */
    public void setRing(int blockSize, int blockCount, int retireMillis) throws KernelException {
        setOption(SOL_PACKET, PACKET_VERSION, NativeMemory.ofInt(TPACKET_V3), "PACKET_VERSION TPACKET_V3");
        ByteBuffer request = NativeMemory.allocate(TPACKET_REQ3_SIZE)
                .putInt(TP_BLOCK_SIZE, blockSize)
                .putInt(TP_BLOCK_NR, blockCount)
                .putInt(TP_FRAME_SIZE, FRAME_SIZE)
                .putInt(TP_FRAME_NR, blockSize / FRAME_SIZE * blockCount)
                .putInt(TP_RETIRE_BLK_TOV, retireMillis)
                .putInt(TP_FEATURE_REQ_WORD, TP_FT_REQ_FILL_RXHASH);
        setOption(SOL_PACKET, PACKET_RX_RING, request, "PACKET_RX_RING " + blockCount + " blocks of " + blockSize);
    }

    /** Maps the ring; the mapping is closed before the socket. */
    public KernelMapping openRing(long length) throws KernelException {
        return KernelMapping.open(fd, length, "packet ring of " + length + " bytes");
    }

    /** Starts to receive what passes the interface, in both directions. */
    public void bind(int interfaceIndex) throws KernelException {
        ByteBuffer address = NativeMemory.allocate(SOCKADDR_LL_SIZE)
                .putShort(SLL_FAMILY, (short) AF_PACKET)
                .order(ByteOrder.BIG_ENDIAN)
                .putShort(SLL_PROTOCOL, ETH_P_ALL)
                .order(ByteOrder.nativeOrder())
                .putInt(SLL_IFINDEX, interfaceIndex);
        LibC.checked(
                LibC.CALLS.bind(fd.number(), address, SOCKADDR_LL_SIZE),
                "bind",
                "AF_PACKET interface " + interfaceIndex);
    }

    /** Frames lost because the ring was full, since the last call: reading resets the kernel's count. */
    public long takeDrops() throws KernelException {
        getOption(SOL_PACKET, PACKET_STATISTICS, statistics, "PACKET_STATISTICS");
        return Integer.toUnsignedLong(statistics.getInt(TP_DROPS));
    }

    /**
     * The socket's pending error, 0 for none; reading clears it. Until then poll(2) returns at once with POLLERR. ENETDOWN
     * tells that the interface went down or away.
     */
    public int takeError() throws KernelException {
        getOption(SOL_SOCKET, SO_ERROR, error, "SO_ERROR");
        return error.getInt(0);
    }

    /** Throws away what a socket without a ring has received. @return whether that was anything */
    public boolean takeAll() {
        int packets = 0;
        while (packets < AT_ONCE && LibC.CALLS.recv(fd.number(), taken, taken.capacity(), MSG_DONTWAIT) >= 0) {
            packets++;
        }
        return packets > 0;
    }

    /** Waits until a block is handed over, the socket has an error or the time is up. */
    public void await(Duration timeout) throws KernelException {
        pollfd.putInt(0, fd.number());
        if (LibC.CALLS.poll(pollfd, 1, (int) timeout.toMillis()) < 0 && LibC.errno() != Errno.EINTR.number()) {
            throw new KernelException("poll", "packet socket", LibC.errno());
        }
    }

    public int fd() {
        return fd.number();
    }

    private void setOption(int level, int name, ByteBuffer value, String what) throws KernelException {
        LibC.checked(LibC.CALLS.setsockopt(fd.number(), level, name, value, value.capacity()), "setsockopt", what);
    }

    private void getOption(int level, int name, ByteBuffer value, String what) throws KernelException {
        ByteBuffer length = NativeMemory.ofInt(value.capacity());
        LibC.checked(LibC.CALLS.getsockopt(fd.number(), level, name, value, length), "getsockopt", what);
    }

    @Override
    public void close() {
        fd.close();
    }
}
