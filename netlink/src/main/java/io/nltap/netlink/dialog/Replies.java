// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.dialog;

import io.nltap.netlink.dialog.Sender.Way;
import io.nltap.netlink.message.NetlinkReader;
import io.nltap.netlink.pcapng.CapturedPacket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Finds the request that a message answers, and says when its answer is whole. */
final class Replies {
    // struct nlmsgerr { int error; struct nlmsghdr msg; }
    private static final int FAILED_HEADER = 4;
    private static final int FAILED_TYPE = FAILED_HEADER + 4;
    private static final int FAILED_HEADER_END = FAILED_HEADER + 16;

    private static final int CAPPED = 0x100;
    private static final int ACK_TLVS = 0x200;
    private static final int NLMSGERR_ATTR_MSG = 1;
    private static final int EBUSY = -16;
    private static final int NO_TYPE = -1;
    private static final int MAX_EXPLANATION = 500;

    private final SpeakerTable speakers;
    private final BiConsumer<Dialog, Dialog.State> close;

    Replies(SpeakerTable speakers, BiConsumer<Dialog, Dialog.State> close) {
        this.speakers = speakers;
        this.close = close;
    }

    /** Whether the message belongs to a request; then all that follows from it has been done. */
    boolean take(CapturedPacket packet, Sender sender, int netnsId, NetlinkReader message, boolean isFirst) {
        if (packet.protocol() == Kinds.USERSOCK) {
            return takeOfPeer(packet, netnsId, message, isFirst);
        }
        int answered = message.type() == Kinds.ERROR ? failedType(message) : NO_TYPE;
        Dialog dialog = find(packet.protocol(), sender, netnsId, message, answered);
        if (dialog == null) {
            return false;
        }
        speakers.learnPort(dialog.speaker, message.portId());
        dialog.speaker.lastHeardNanos = packet.timestampNanos();
        dialog.progress(packet.timestampNanos(), (int) Math.min(Integer.MAX_VALUE, packet.originalLength()), isFirst);
        dialog.largestMessage = (int) Math.max(dialog.largestMessage, Math.min(Integer.MAX_VALUE, message.length()));
        if ((message.flags() & Kinds.DUMP_INTR) != 0) {
            dialog.interrupted = true;
        }
        if (message.type() == Kinds.ERROR) {
            error(dialog, message);
        } else if (message.type() == Kinds.DONE) {
            done(dialog, message);
        } else if (isWhole(dialog, message)) {
            finish(dialog, Dialog.State.ANSWERED);
        }
        return true;
    }

    /** Whether a request with the number of this message is open: then this is its answer. */
    boolean isOpen(int netnsId, int protocol, NetlinkReader message) {
        Speaker speaker = speakers.findPort(netnsId, protocol, message.portId());
        return (speaker != null && open(speaker, message, NO_TYPE) != null)
                || anonymous(netnsId, protocol, message, NO_TYPE) != null;
    }

    /** The oldest open request of another process with this number. */
    @Nullable
    Dialog peer(int netnsId, NetlinkReader message) {
        for (Speaker speaker : speakers.all()) {
            if (speaker.netnsId() == netnsId && speaker.protocol() == Kinds.USERSOCK) {
                for (Dialog dialog : speaker.open) {
                    if (dialog.seq == message.seq()) {
                        return dialog;
                    }
                }
            }
        }
        return null;
    }

    /** The request that caused a notification, if it is open, or was closed by nothing since. */
    @Nullable
    Dialog cause(int protocol, int netnsId, Sender sender, NetlinkReader message) {
        Speaker speaker = message.portId() == 0 ? null : speakers.findPort(netnsId, protocol, message.portId());
        if (speaker == null || !speaker.isSocket()) {
            Speaker named = speakers.find(netnsId, protocol, sender.party());
            speaker = named == null ? speaker : named;
        }
        if (speaker == null) {
            return message.portId() == 0 ? null : anonymous(netnsId, protocol, message, NO_TYPE);
        }
        for (int i = speaker.open.size() - 1; i >= 0; i--) {
            Dialog dialog = speaker.open.get(i);
            if (belongs(dialog, message)) {
                return dialog;
            }
        }
        return null;
    }

    private static boolean belongs(Dialog dialog, NetlinkReader message) {
        if (dialog.batch.isPresent()) {
            return dialog.batch.get().has(message.seq());
        }
        // Some kernels leave out port and number; but then it comes while the request is at work.
        return dialog.seq == message.seq() || message.seq() == 0;
    }

    private boolean takeOfPeer(CapturedPacket packet, int netnsId, NetlinkReader message, boolean isFirst) {
        Dialog dialog = peer(netnsId, message);
        if (dialog == null) {
            return false;
        }
        dialog.progress(packet.timestampNanos(), (int) Math.min(Integer.MAX_VALUE, packet.originalLength()), isFirst);
        if ((message.flags() & Kinds.MULTI) == 0 || message.type() == Kinds.DONE) {
            finish(dialog, Dialog.State.ANSWERED);
        }
        return true;
    }

    private @Nullable Dialog find(int protocol, Sender sender, int netnsId, NetlinkReader message, int answered) {
        // An answer names the port of who asked; who is named by the file may have several sockets.
        Speaker byPort = message.portId() == 0 ? null : speakers.findPort(netnsId, protocol, message.portId());
        boolean isSocket = byPort != null && byPort.isSocket();
        Dialog dialog = byPort != null && byPort.isSocket() ? open(byPort, message, answered) : null;
        if (dialog == null) {
            Speaker named = speakers.find(netnsId, protocol, sender.party());
            dialog = named == null || isOfAnotherSocket(named, protocol, message)
                    ? null
                    : open(named, message, answered);
            if (dialog == null && byPort != null && byPort != named && !isSocket) {
                dialog = open(byPort, message, answered);
            }
        }
        if (dialog == null) {
            dialog = anonymous(netnsId, protocol, message, answered);
        }
        boolean isData = message.type() >= Kinds.MIN_TYPE;
        return dialog != null && isData && !takesData(dialog, sender) ? null : dialog;
    }

    /** FIB_LOOKUP gives back whatever the request names. */
    private static boolean isOfAnotherSocket(Speaker speaker, int protocol, NetlinkReader message) {
        return speaker.isSocket()
                && message.portId() != 0
                && protocol != Kinds.FIB_LOOKUP
                && !speaker.hasPort(message.portId());
    }

    /** A message with the number of a request that gets nothing is a notification of what it did. */
    private static boolean takesData(Dialog dialog, Sender sender) {
        if (dialog.batch.isPresent() || Kinds.isChange(dialog.speaker.protocol(), dialog.type)) {
            return (dialog.flags & Kinds.ECHO) != 0 && sender.way() == Way.TO_PROCESS;
        }
        return dialog.owed != Owed.NOTHING && dialog.owed != Owed.SILENCE;
    }

    private @Nullable Dialog anonymous(int netnsId, int protocol, NetlinkReader message, int answered) {
        Speaker speaker = speakers.findPort(netnsId, protocol, 0);
        return speaker == null ? null : open(speaker, message, answered);
    }

    /** The oldest open request with the number, and of the type that an error names. */
    private static @Nullable Dialog open(Speaker speaker, NetlinkReader message, int answered) {
        List<Dialog> open = speaker.open;
        long seq = message.seq();
        Dialog begun = null;
        for (int i = 0; i < open.size(); i++) {
            Dialog dialog = open.get(i);
            if (dialog.batch.isPresent()) {
                if (message.type() == Kinds.ERROR && dialog.batch.get().has(seq)) {
                    return dialog;
                }
            } else if (dialog.seq == seq && (answered == NO_TYPE || answered == dialog.type)) {
                // A dump that has begun gets no error: then it is for a later one with the same number.
                if (answered == NO_TYPE || !dialog.isDump() || !dialog.hasReply()) {
                    return dialog;
                }
                begun = begun == null ? dialog : begun;
            }
        }
        return begun;
    }

    /** Of an error: what kind of message it is about, as far as it says so. */
    private static int failedType(NetlinkReader message) {
        return message.payloadLength() >= FAILED_HEADER_END ? message.payloadShort(FAILED_TYPE) : NO_TYPE;
    }

    /** What errors and the ends of dumps begin with. */
    private static int errno(NetlinkReader message) {
        return message.payloadLength() >= Integer.BYTES ? message.payloadInt(0) : 0;
    }

    private void error(Dialog dialog, NetlinkReader message) {
        int error = errno(message);
        if (dialog.batch.isPresent()) {
            batchError(dialog, message, error);
        } else if (error != 0) {
            fail(dialog, message, error);
            if (error == EBUSY && dialog.isDump()) {
                dialog.speaker.latestRefusedDump = Optional.of(dialog);
            }
            finish(dialog, Dialog.State.FAILED);
        } else {
            finish(dialog, Dialog.State.ANSWERED);
        }
    }

    private void batchError(Dialog dialog, NetlinkReader message, int error) {
        Batch batch = dialog.batch.orElseThrow();
        int failedType = failedType(message);
        boolean isOfFrame = failedType == Kinds.BATCH_BEGIN || failedType == Kinds.BATCH_END;
        if (error != 0) {
            if (dialog.error == 0) {
                fail(dialog, message, error);
            }
            if (isOfFrame) {
                finish(dialog, Dialog.State.FAILED); // of the whole batch: nothing else comes
                return;
            }
        }
        if (!isOfFrame) {
            batch.acknowledge();
        }
        if (batch.isAcknowledged() && (batch.acksOwed() > 0 || dialog.error != 0)) {
            finish(dialog, dialog.error == 0 ? Dialog.State.ANSWERED : Dialog.State.FAILED);
        }
    }

    private static void fail(Dialog dialog, NetlinkReader message, int error) {
        dialog.error = error;
        dialog.failedType = failedType(message);
        ByteBuffer payload = message.payload();
        if ((message.flags() & ACK_TLVS) != 0) {
            long failedLength = payload.remaining() >= FAILED_HEADER_END && (message.flags() & CAPPED) == 0
                    ? payload.getInt(FAILED_HEADER) & 0xFFFF_FFFFL
                    : 16;
            dialog.explanation = explanation(payload, FAILED_HEADER + (failedLength + 3 & -4L));
        }
    }

    /** {@code NLMSGERR_ATTR_MSG}, which is text for people. */
    private static String explanation(ByteBuffer payload, long from) {
        long at = from;
        while (at >= 0 && at + 4 <= payload.remaining()) {
            int length = payload.getShort((int) at) & 0xFFFF;
            int type = payload.getShort((int) at + 2) & 0x3FFF;
            if (length < 4 || at + length > payload.remaining()) {
                return "";
            }
            if (type == NLMSGERR_ATTR_MSG) {
                byte[] text = new byte[Math.min(MAX_EXPLANATION, length - 4)];
                payload.get((int) at + 4, text);
                String words = new String(text, StandardCharsets.UTF_8);
                int end = words.indexOf(0);
                return (end < 0 ? words : words.substring(0, end)).replaceAll("\\p{Cntrl}", "?");
            }
            at += length + 3 & ~3;
        }
        return "";
    }

    private void done(Dialog dialog, NetlinkReader message) {
        int error = errno(message);
        if (error < 0) {
            dialog.error = error;
            dialog.explanation = explanation(message.payload(), Integer.BYTES);
        }
        finish(dialog, error < 0 ? Dialog.State.FAILED : Dialog.State.ANSWERED);
    }

    private static boolean isWhole(Dialog dialog, NetlinkReader message) {
        boolean isMulti = (message.flags() & Kinds.MULTI) != 0;
        return switch (dialog.owed) {
            case REPLY, PERHAPS -> !isMulti;
            case DUMP -> !isMulti && dialog.speaker.protocol() != Kinds.SOCK_DIAG && !isNestedDump(dialog);
            default -> false;
        };
    }

    /** ctnetlink and ipset leave MULTI out in parts of some dumps of some kernels; their end tells. */
    private static boolean isNestedDump(Dialog dialog) {
        return dialog.speaker.protocol() == Kinds.NETFILTER;
    }

    private void finish(Dialog dialog, Dialog.State state) {
        dialog.speaker.open.remove(dialog);
        close.accept(dialog, state);
    }
}
