// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.redaction;

import io.nltap.agent.frame.Frame;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Zeroes key material in frames: attributes of the {@link SecretTables}, in all messages of a datagram and in the requests
 * that errors echo. Where a message does not hold together, or is of a family that nobody knows, all of it goes that could
 * be a key. Used by one thread; the counts may be asked for by any.
 */
public final class KeyRedaction implements Redaction {

    // struct nlmsghdr { __u32 nlmsg_len; __u16 nlmsg_type; __u16 nlmsg_flags; __u32 nlmsg_seq; __u32 nlmsg_pid; };
    private static final int HEADER = 16;
    private static final int TYPE = 4;
    private static final int FLAGS = 6;
    private static final int NLM_F_REQUEST = 0x1;
    /** Of NLMSG_ERROR: of the request only the header is echoed. */
    private static final int NLM_F_CAPPED = 0x100;

    private static final int NLMSG_ERROR = 2;
    private static final int FIRST_TYPE = 16;
    // struct nlmsgerr { int error; struct nlmsghdr msg; };   linux/netlink.h
    private static final int ECHO = HEADER + 4;

    // struct nlattr { __u16 nla_len; __u16 nla_type; };
    private static final int ATTRIBUTE = 4;
    private static final int NLA_TYPE_MASK = 0x3FFF;

    // struct genlmsghdr { __u8 cmd; __u8 version; __u16 reserved; };
    private static final int GENERIC_HEADER = 4;

    private static final int NETLINK_SOCK_DIAG = 4;
    private static final int NETLINK_XFRM = 6;
    private static final int NETLINK_GENERIC = 16;

    private static final int SOCK_DIAG_BY_FAMILY = 20;
    private static final int TCPDIAG_GETSOCK = 18;
    private static final int DCCPDIAG_GETSOCK = 19;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    // sizeof(struct inet_diag_msg)
    private static final int INET_DIAG_MSG = 72;

    private final GenericFamilies families;
    private final AtomicLong attributes = new AtomicLong();
    private final AtomicLong messages = new AtomicLong();

    KeyRedaction(GenericFamilies families) {
        this.families = families;
    }

    /** Attributes that were found to hold key material, and were zeroed. */
    public long attributes() {
        return attributes.get();
    }

    /** Messages, or rests of them, that were zeroed because nobody can tell where in them a key could be. */
    public long messages() {
        return messages.get();
    }

    @Override
    public void redact(Frame frame) {
        int protocol = frame.protocol();
        if (protocol != NETLINK_GENERIC && protocol != NETLINK_XFRM && protocol != NETLINK_SOCK_DIAG) {
            return;
        }
        ByteBuffer buffer = frame.buffer();
        int start = frame.offset();
        datagram(
                buffer,
                protocol,
                start,
                start + frame.capturedLength(),
                (long) start + Math.max(frame.originalLength(), frame.capturedLength()));
    }

    /**
     * @param end of what was captured
     * @param last end of what was sent
     */
    private void datagram(ByteBuffer buffer, int protocol, int start, int end, long last) {
        long at = start;
        while (at + HEADER <= end) {
            int begin = (int) at;
            long length = word(buffer, begin);
            if (length < HEADER || at + length > last) {
                // The kernel reads no further either, but a key may be there.
                wipeMessage(buffer, protocol, begin + HEADER, end);
                return;
            }
            message(buffer, protocol, begin, (int) Math.min(end, at + length), at + length > end, true);
            at += (length + 3) & -4L;
        }
        if (at < end) {
            wipeMessage(buffer, protocol, (int) at, end);
        }
    }

    /**
     * @param end of the message, or of what was captured of it
     * @param cut whether it goes on behind that
     * @param echoes whether it may be an answer that echoes a request
     */
    private void message(ByteBuffer buffer, int protocol, int start, int end, boolean cut, boolean echoes) {
        int type = half(buffer, start + TYPE);
        if (type == NLMSG_ERROR) {
            if (echoes && (half(buffer, start + FLAGS) & NLM_F_CAPPED) == 0) {
                echo(buffer, protocol, start + ECHO, end, cut);
            }
        } else if (type >= FIRST_TYPE) {
            int body = start + HEADER;
            if (protocol == NETLINK_GENERIC) {
                generic(buffer, type, body, end, cut);
            } else if (protocol == NETLINK_XFRM) {
                xfrm(buffer, type, body, end, cut);
            } else {
                sockDiag(buffer, type, half(buffer, start + FLAGS), body, end, cut);
            }
        }
    }

    private void echo(ByteBuffer buffer, int protocol, int start, int end, boolean cut) {
        if (start + HEADER > end) {
            return;
        }
        long length = word(buffer, start);
        boolean whole = length >= HEADER && start + length <= end;
        if (!whole && !cut) {
            wipeMessage(buffer, protocol, start + HEADER, end);
            return;
        }
        message(buffer, protocol, start, whole ? (int) (start + length) : end, !whole, false);
    }

    private void generic(ByteBuffer buffer, int type, int body, int end, boolean cut) {
        int start = body + GENERIC_HEADER;
        if (start >= end) {
            return;
        }
        SecretFamily family = families.find(type);
        if (family == null || family.whole()) {
            wipe(buffer, start, end);
            count(messages);
        } else if (family != SecretFamily.HARMLESS && family.concerns(buffer.get(body) & 0xFF)) {
            attributes(buffer, family.attributes(), start, end, cut);
        }
    }

    private void xfrm(ByteBuffer buffer, int type, int body, int end, boolean cut) {
        int usual = XfrmHeaders.length(type, false);
        int compat = XfrmHeaders.length(type, true);
        if (usual == XfrmHeaders.UNKNOWN) {
            wipeMessage(buffer, NETLINK_XFRM, body, end);
        } else if (holds(buffer, body + usual, end, cut)) {
            attributes(buffer, SecretTables.XFRM, body + usual, end, cut);
        } else if (compat != usual && holds(buffer, body + compat, end, cut)) {
            attributes(buffer, SecretTables.XFRM, body + compat, end, cut);
        } else {
            wipeMessage(buffer, NETLINK_XFRM, Math.min(body + compat, end), end);
        }
    }

    private void sockDiag(ByteBuffer buffer, int type, int flags, int body, int end, boolean cut) {
        if ((flags & NLM_F_REQUEST) != 0 || body >= end) {
            return; // only the kernel's answers tell keys
        }
        int family = buffer.get(body) & 0xFF;
        boolean inet = type == TCPDIAG_GETSOCK
                || type == DCCPDIAG_GETSOCK
                || (type == SOCK_DIAG_BY_FAMILY && (family == AF_INET || family == AF_INET6));
        if (inet) {
            attributes(buffer, SecretTables.INET_DIAG, body + INET_DIAG_MSG, end, cut);
        }
    }

    /** Whether what is there is a row of attributes that ends where the message does. */
    private static boolean holds(ByteBuffer buffer, int start, int end, boolean cut) {
        int at = start;
        while (at + ATTRIBUTE <= end) {
            int length = half(buffer, at);
            if (length < ATTRIBUTE) {
                return false;
            }
            if (at + length > end) {
                return cut;
            }
            at += (length + 3) & -4;
        }
        return at >= end || cut;
    }

    private void attributes(ByteBuffer buffer, SecretAttributes secrets, int start, int end, boolean cut) {
        int at = start;
        while (at + ATTRIBUTE <= end) {
            int length = half(buffer, at);
            if (length < ATTRIBUTE || at + length > end) {
                wipe(buffer, at + ATTRIBUTE, end);
                count(messages);
                return;
            }
            attribute(buffer, secrets, at, at + length, cut);
            at += (length + 3) & -4;
        }
        if (at < end) {
            wipe(buffer, at, end);
        }
    }

    private void attribute(ByteBuffer buffer, SecretAttributes secrets, int start, int end, boolean cut) {
        SecretAttributes.Rule rule = secrets.rule(half(buffer, start + 2) & NLA_TYPE_MASK);
        if (rule == null) {
            return;
        }
        int body = start + ATTRIBUTE;
        SecretAttributes nest = rule.nest();
        if (nest == null) {
            secret(buffer, rule, body, end);
        } else if (rule.list()) {
            list(buffer, nest, body, end, cut);
        } else {
            attributes(buffer, nest, body, end, cut);
        }
    }

    private void list(ByteBuffer buffer, SecretAttributes each, int start, int end, boolean cut) {
        int at = start;
        while (at + ATTRIBUTE <= end) {
            int length = half(buffer, at);
            if (length < ATTRIBUTE || at + length > end) {
                wipe(buffer, at + ATTRIBUTE, end);
                count(messages);
                return;
            }
            attributes(buffer, each, at + ATTRIBUTE, at + length, cut);
            at += (length + 3) & -4;
        }
    }

    private void secret(ByteBuffer buffer, SecretAttributes.Rule rule, int start, int end) {
        int period = rule.period() == 0 ? end - start : rule.period();
        boolean any = false;
        for (int at = start; at < end; at += period) {
            int from = at + rule.keep();
            int to = Math.min(end, at + period);
            any |= from < to;
            wipe(buffer, from, to);
        }
        if (any) {
            count(attributes);
        }
    }

    private void wipeMessage(ByteBuffer buffer, int protocol, int from, int to) {
        // What a process sends to this protocol by mistake is no key; a malformed question about sockets is worth
        // seeing.
        if (protocol != NETLINK_SOCK_DIAG && from < to) {
            wipe(buffer, from, to);
            count(messages);
        }
    }

    private static void wipe(ByteBuffer buffer, int from, int to) {
        int at = from;
        for (; at + Long.BYTES <= to; at += Long.BYTES) {
            buffer.putLong(at, 0);
        }
        for (; at < to; at++) {
            buffer.put(at, (byte) 0);
        }
    }

    /** There is one writer, which need not be quick to be seen. */
    private static void count(AtomicLong counter) {
        counter.lazySet(counter.get() + 1);
    }

    private static long word(ByteBuffer buffer, int at) {
        int raw = buffer.getInt(at);
        return (buffer.order() == ByteOrder.nativeOrder() ? raw : Integer.reverseBytes(raw)) & 0xFFFF_FFFFL;
    }

    private static int half(ByteBuffer buffer, int at) {
        short raw = buffer.getShort(at);
        return (buffer.order() == ByteOrder.nativeOrder() ? raw : Short.reverseBytes(raw)) & 0xFFFF;
    }
}
