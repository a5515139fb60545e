// SPDX-License-Identifier: Apache-2.0
package io.nltap.bench;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Sends Ethernet frames of 142 bytes through one end of a veth pair, so that the other end receives them. */
final class PacketBatch implements Load {

    // linux/socket.h, linux/if_packet.h
    private static final int AF_PACKET = 17;
    private static final int SOCK_RAW = 3;
    private static final int SOL_PACKET = 263;
    private static final int PACKET_QDISC_BYPASS = 20;
    private static final int SOCKADDR_LL = 20;

    private static final int BATCH = 64;
    private static final int FRAME = 142;
    // struct mmsghdr { struct msghdr msg_hdr; unsigned int msg_len; };   64 bytes; struct iovec is 16
    private static final int MMSGHDR = 64;
    private static final int MSG_IOV = 16;
    private static final int MSG_IOVLEN = 24;

    private final int fd;
    private final ByteBuffer frame = LibC.memory(FRAME);
    private final ByteBuffer vector = LibC.memory(16);
    private final ByteBuffer messages = LibC.memory(BATCH * MMSGHDR);

    private PacketBatch(int fd) {
        this.fd = fd;
        for (int i = 0; i < 12; i++) {
            frame.put(i, (byte) 0xff); // broadcast, so that no interface takes it for somebody else's
        }
        frame.put(12, (byte) 0x88).put(13, (byte) 0xb5); // ETH_P_802_EX1, for experiments
        vector.putLong(0, address(frame)).putLong(8, FRAME);
        for (int i = 0; i < BATCH; i++) {
            messages.putLong(i * MMSGHDR + MSG_IOV, address(vector)).putLong(i * MMSGHDR + MSG_IOVLEN, 1);
        }
    }

    private static long address(ByteBuffer memory) {
        return jnr.ffi.Pointer.wrap(jnr.ffi.Runtime.getSystemRuntime(), memory).address();
    }

    static PacketBatch open(String device) throws IOException {
        int fd = LibC.checked(LibC.CALLS.socket(AF_PACKET, SOCK_RAW, 0), "socket AF_PACKET");
        ByteBuffer address = LibC.memory(SOCKADDR_LL)
                .putShort(0, (short) AF_PACKET)
                .putInt(4, LibC.checked(LibC.CALLS.if_nametoindex(device), device));
        LibC.checked(LibC.CALLS.bind(fd, address, SOCKADDR_LL), "bind " + device);
        LibC.checked(
                LibC.CALLS.setsockopt(
                        fd, SOL_PACKET, PACKET_QDISC_BYPASS, LibC.memory(4).putInt(0, 1), 4),
                "setsockopt PACKET_QDISC_BYPASS");
        return new PacketBatch(fd);
    }

    @Override
    public int framesPerStep() {
        return BATCH;
    }

    @Override
    public void step() throws IOException {
        if (LibC.checked(LibC.CALLS.sendmmsg(fd, messages, BATCH, 0), "sendmmsg") != BATCH) {
            throw new IOException("not all frames were sent");
        }
    }

    @Override
    public void close() {
        LibC.CALLS.close(fd);
    }
}
