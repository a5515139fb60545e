// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import io.nltap.agent.frame.Frame;
import io.nltap.agent.linux.Columns;
import io.nltap.agent.linux.NetNs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Sockets to which netfilter sends the packets of a queue (NFQUEUE) or of a log group (NFLOG). These messages carry the port
 * id of nobody; which socket they are for was said when it bound itself to the queue, {@code nfqnl_recv_config} and
 * {@code nfulnl_recv_config} of net/netfilter, or is told by {@code /proc/net/netfilter/nfnetlink_queue}. A binding counts
 * when the kernel has acknowledged it. Used by one thread.
 */
final class QueuePorts {
    static final long NOBODY = 0;

    private static final int NETFILTER = 12;

    // linux/netfilter/nfnetlink_queue.h, nfnetlink_log.h: subsystem in the high byte
    private static final int QUEUE = 0x300;
    private static final int QUEUE_CONFIG = 0x302;
    private static final int LOG = 0x400;
    private static final int LOG_CONFIG = 0x401;

    // struct nfgenmsg { __u8 nfgen_family; __u8 version; __be16 res_id; }, then NFQA_CFG_CMD or NFULA_CFG_CMD
    private static final int RESOURCE = 16 + 2;
    private static final int ATTRIBUTE = 16 + 4;
    private static final int COMMAND = ATTRIBUTE + 4;
    private static final int CFG_CMD = 1;
    private static final int BIND = 1;

    private static final int NLM_F_ACK = 4;
    private static final int ERROR = 16;

    /** More queues than this in one network namespace are those of nobody known. */
    private static final int MOST = 256;

    private final int[] keys = new int[MOST];
    private final long[] ports = new long[MOST];
    private int used;

    /** A binding that has not been acknowledged. */
    private int askedKey;

    private int askedSequence;
    private long askedPort = NOBODY;

    /**
     * Those that are there by now.
     *
     * @param proc of the PID namespace this process is in
     */
    static QueuePorts open(NetNs namespace, Path proc) throws InterruptedException {
        QueuePorts ports = new QueuePorts();
        try {
            ports.take(namespace.<String, IOException>visit(
                    () -> Files.readString(proc.resolve("thread-self/net/netfilter/nfnetlink_queue"))));
        } catch (IOException e) {
            return ports; // the module is not there, or not yet: then nobody is bound
        }
        return ports;
    }

    /** Lines of queue number, port id, and more. */
    void take(String table) {
        for (String line : table.split("\n")) {
            String[] words = Columns.of(line);
            try {
                if (words.length > 2) {
                    put(QUEUE << 16 | (Integer.parseInt(words[0]) & 0xFFFF), Long.parseLong(words[1]));
                }
            } catch (NumberFormatException e) {
                continue; // of a kernel that writes it differently
            }
        }
    }

    /** To be called for each frame that a socket sends to the kernel. */
    void sent(Frame frame, MessageHead head, long portId) {
        if (frame.protocol() != NETFILTER || (head.type() != QUEUE_CONFIG && head.type() != LOG_CONFIG)) {
            return;
        }
        ByteBuffer bytes = frame.buffer();
        int at = frame.offset();
        if (frame.capturedLength() <= COMMAND
                || (nativeShort(bytes, at + ATTRIBUTE + 2) & 0x3FFF) != CFG_CMD
                || bytes.get(at + COMMAND) != BIND) {
            return;
        }
        int key = (head.type() == QUEUE_CONFIG ? QUEUE : LOG) << 16 | resource(bytes, at);
        if ((head.flags() & NLM_F_ACK) != 0) {
            askedKey = key;
            askedSequence = head.sequence();
            askedPort = portId;
        } else if (find(key) < 0) { // whether the kernel does it cannot be seen: it refuses what is another's
            put(key, portId);
        }
    }

    /** To be called for each acknowledgement or error. */
    void acknowledged(Frame frame, MessageHead head) {
        if (askedPort == NOBODY || head.portId() != askedPort || head.sequence() != askedSequence) {
            return;
        }
        if (frame.protocol() == NETFILTER
                && frame.capturedLength() >= ERROR + Integer.BYTES
                && frame.buffer().getInt(frame.offset() + ERROR) == 0) {
            put(askedKey, askedPort);
        }
        askedPort = NOBODY;
    }

    /** Port id of the socket that the frame, which names nobody, is for; {@link #NOBODY} when that is not known. */
    long of(Frame frame, MessageHead head) {
        boolean isPacket = head.type() == QUEUE || head.type() == LOG;
        if (frame.protocol() != NETFILTER || !isPacket || frame.capturedLength() < ATTRIBUTE) {
            return NOBODY;
        }
        int index = find(head.type() << 16 | resource(frame.buffer(), frame.offset()));
        return index < 0 ? NOBODY : ports[index];
    }

    private void put(int key, long portId) {
        int index = find(key);
        if (index < 0 && used < MOST) {
            index = used++;
            keys[index] = key;
        }
        if (index >= 0) {
            ports[index] = portId;
        }
    }

    private int find(int key) {
        for (int i = 0; i < used; i++) {
            if (keys[i] == key) {
                return i;
            }
        }
        return -1;
    }

    /** In network byte order. */
    private static int resource(ByteBuffer bytes, int at) {
        return (bytes.get(at + RESOURCE) & 0xFF) << 8 | (bytes.get(at + RESOURCE + 1) & 0xFF);
    }

    private static int nativeShort(ByteBuffer bytes, int at) {
        short raw = bytes.getShort(at);
        return bytes.order() == ByteOrder.nativeOrder() ? raw : Short.reverseBytes(raw);
    }
}
