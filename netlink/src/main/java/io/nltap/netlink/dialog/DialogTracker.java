// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.dialog;

import io.nltap.netlink.dialog.Sender.Way;
import io.nltap.netlink.message.NetlinkReader;
import io.nltap.netlink.pcapng.CaptureInterface;
import io.nltap.netlink.pcapng.CapturedPacket;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which messages belong together, packet by packet. Bytes are hostile: every table is bounded, and what falls
 * out is counted. Used by one thread.
 *
 * <p>Answers belong to the oldest open request of their socket with their number; numbers alone do not do, for many
 * programs count from the same beginning. Where the file says whose a packet is and which way it goes, that decides; where
 * it does not, flags and types do.
 */
public final class DialogTracker {
    /** The kernel answers a request that it refuses before the request's send returns. */
    private static final long SETTLED_NANOS = 1_000_000_000L;

    private static final int MAX_SETTLING = 65_536;

    private final DialogListener listener;
    private final Senders senders = new Senders();
    private final SpeakerTable speakers = new SpeakerTable(this::forget);
    private final Bodies bodies = new Bodies();
    private final Replies replies;
    private final VerdictQueues queues = new VerdictQueues();
    private final Deque<Dialog> settling = new ArrayDeque<>();
    private final TrackerCounts counts = new TrackerCounts();
    private final Copies copies = new Copies();
    private final NetlinkReader reader = new NetlinkReader();

    private @Nullable CaptureInterface lastInterface;
    private int lastNetnsId;
    private long now;

    public DialogTracker(DialogListener listener) {
        this.listener = listener;
        this.replies = new Replies(speakers, this::close);
    }

    public void accept(CapturedPacket packet) {
        now = packet.timestampNanos();
        settle(now);
        Sender sender = senders.of(packet);
        counts.datagram(packet, sender);
        int netnsId = netnsId(packet.captureInterface());
        ByteBuffer bytes = packet.datagram();
        NetlinkReader message = reader;
        message.reset(bytes, packet.originalLength());
        Batch batch = null;
        Dialog batchDialog = null;
        boolean isFirst = true;
        while (message.next()) {
            counts.messages++;
            if (isRequest(packet.protocol(), sender, message, netnsId)) {
                if (batch != null) {
                    addToBatch(batch, message);
                } else {
                    Dialog opened = request(packet, sender, netnsId, message);
                    if (packet.protocol() == Kinds.NETFILTER && message.type() == Kinds.BATCH_BEGIN) {
                        batchDialog = opened;
                        batch = opened.batch().orElseThrow();
                    }
                }
            } else {
                answer(packet, sender, netnsId, message, isFirst);
            }
            isFirst = false;
        }
        boolean isCut = packet.originalLength() > bytes.remaining();
        if (batchDialog != null && batch != null) {
            if (isCut) {
                batch.cut();
            }
            opened(batchDialog);
        }
        if (message.problem().isPresent() && !isCut) {
            malformed(packet, sender, netnsId, isFirst);
        }
    }

    /**
     * Takes a notification that is not in the capture, as nobody was told but the capture itself. It counts as nothing but
     * what it says was changed.
     */
    public void overhear(CapturedPacket packet) {
        advance(packet.timestampNanos());
        if (copies.isCopy(packet)) {
            return; // of one that somebody heard, who had just begun to listen
        }
        copies.isOfNobody = true;
        Sender sender = senders.of(packet);
        int netnsId = netnsId(packet.captureInterface());
        NetlinkReader message = reader;
        message.reset(packet.datagram(), packet.originalLength());
        while (message.next()) {
            if (message.type() >= Kinds.MIN_TYPE) {
                notice(packet, sender, netnsId, message);
            }
        }
    }

    /** The time goes on, though no packet comes. */
    public void advance(long nanos) {
        now = Math.max(now, nanos);
        settle(now);
    }

    /** Nothing will come any more. */
    public void end() {
        settle(Long.MAX_VALUE);
        for (Speaker speaker : speakers.all()) {
            forget(speaker);
        }
    }

    /** Those who have spoken. */
    public Collection<Speaker> speakers() {
        return speakers.all();
    }

    /** Queues of packets for which the kernel waits for a verdict. */
    public List<WaitingQueue> waitingQueues() {
        return queues.waiting();
    }

    /** Names of the capture files' interfaces for the namespaces, as they appeared. */
    public Collection<String> netnsNames() {
        return speakers.netnsNames();
    }

    public TrackerCounts counts() {
        counts.omittedSpeakers = speakers.omitted();
        counts.omittedBodies = bodies.omitted();
        return counts;
    }

    @SuppressWarnings("ReferenceEquality") // each file has few, and hands out the same ones
    private int netnsId(CaptureInterface from) {
        if (from != lastInterface) {
            lastInterface = from;
            lastNetnsId = speakers.netnsId(from.name());
        }
        return lastNetnsId;
    }

    private boolean isRequest(int protocol, Sender sender, NetlinkReader message, int netnsId) {
        return switch (sender.way()) {
            case TO_KERNEL ->
                protocol != Kinds.USERSOCK
                        || (message.flags() & Kinds.REQUEST) != 0
                        || replies.peer(netnsId, message) == null;
            case TO_GROUP -> false;
            case TO_PROCESS -> protocol == Kinds.USERSOCK && (message.flags() & Kinds.REQUEST) != 0;
            case UNKNOWN -> isRequestByItself(protocol, message, netnsId);
        };
    }

    private boolean isRequestByItself(int protocol, NetlinkReader message, int netnsId) {
        boolean asks = (message.flags() & Kinds.REQUEST) != 0 && (message.type() >= Kinds.MIN_TYPE);
        return asks && (protocol != Kinds.FIB_LOOKUP || !replies.isOpen(netnsId, protocol, message));
    }

    private void addToBatch(Batch batch, NetlinkReader message) {
        if (message.type() == Kinds.BATCH_END) {
            batch.span(message.seq());
            batch.end();
        } else {
            batch.add(message.type(), message.flags(), message.seq(), bodies.keep(message.bytes()));
        }
    }

    private Dialog request(CapturedPacket packet, Sender sender, int netnsId, NetlinkReader message) {
        int protocol = packet.protocol();
        int command = message.firstOfPayload();
        long length = message.length();
        Speaker speaker = speakers.of(packet.captureInterface().name(), netnsId, protocol, sender, message.portId());
        speakers.learnPort(speaker, message.portId());
        Owed owed = ExpectedReply.of(protocol, message.type(), message.flags(), length - 16, command);
        Dialog dialog = new Dialog(
                speaker,
                message.type(),
                message.flags(),
                message.seq(),
                command,
                length,
                packet.timestampNanos(),
                owed);
        if (protocol == Kinds.NETFILTER) {
            verdict(packet, message, message.payload(), speaker);
            if (message.type() == Kinds.BATCH_BEGIN) {
                Batch batch = new Batch();
                batch.span(message.seq());
                dialog.batch = Optional.of(batch);
                return dialog; // is opened when the whole datagram has been read
            }
        }
        if (Kinds.isChange(protocol, message.type())) {
            dialog.body = Optional.of(bodies.keep(message.bytes()));
        }
        opened(dialog);
        return dialog;
    }

    private void opened(Dialog dialog) {
        dialog.batch.ifPresent(batch -> dialog.owed = batch.acksOwed() > 0 ? Owed.ACK : Owed.NOTHING);
        Speaker speaker = dialog.speaker;
        speaker.latest = Optional.of(dialog);
        speaker.requests++;
        speaker.lastSentNanos = dialog.startNanos;
        counts.requests++;
        if (speaker.open.size() >= Speaker.MAX_OPEN) {
            Dialog eldest = speaker.open.remove(0);
            if (eldest.owed.isSomething()) {
                counts.omittedDialogs++;
            }
            close(eldest, ended(eldest));
        }
        speaker.open.add(dialog);
        if (!dialog.owed.isSomething()) {
            if (settling.size() >= MAX_SETTLING) {
                settleOne(settling.removeFirst());
            }
            settling.addLast(dialog);
        }
        listener.opened(dialog);
    }

    private void verdict(CapturedPacket packet, NetlinkReader message, ByteBuffer payload, Speaker speaker) {
        boolean isBatch = message.type() == Kinds.NFQ_VERDICT_BATCH;
        if ((isBatch || message.type() == Kinds.NFQ_VERDICT) && payload.remaining() >= 4) {
            queues.verdict(packet.captureInterface().name(), resource(payload), isBatch, packet.timestampNanos());
        } else if (message.type() == Kinds.NFQ_CONFIG && payload.remaining() >= 4) {
            queues.configured(packet.captureInterface().name(), resource(payload), speaker);
        }
    }

    /** {@code nfgenmsg.res_id}, in network byte order. */
    private static int resource(ByteBuffer payload) {
        return (payload.get(2) & 0xFF) << 8 | (payload.get(3) & 0xFF);
    }

    private void answer(CapturedPacket packet, Sender sender, int netnsId, NetlinkReader message, boolean isFirst) {
        boolean isToGroup = sender.way() == Way.TO_GROUP;
        if (!isToGroup) {
            if (packet.protocol() == Kinds.NETFILTER && message.type() == Kinds.NFQ_PACKET) {
                ByteBuffer payload = message.payload();
                if (payload.remaining() >= 4) {
                    queues.packet(
                            packet.captureInterface().name(),
                            resource(payload),
                            sender.party(),
                            packet.timestampNanos());
                }
                counts.notifications++;
                return;
            }
            if (replies.take(packet, sender, netnsId, message, isFirst)) {
                return;
            }
            if (message.type() < Kinds.MIN_TYPE || (message.flags() & Kinds.MULTI) != 0) {
                counts.answersOfNobody++;
                return;
            }
        }
        if (isFirst && copies.isCopy(packet)) {
            counts.notificationCopies += copies.isOfNobody ? 0 : 1;
            counts.notifications += copies.isOfNobody ? 1 : 0;
            copies.isOfNobody = false;
            copies.skip = true;
        } else if (isFirst) {
            copies.isOfNobody = false;
            copies.skip = false;
        }
        if (!copies.skip) {
            counts.notifications++;
            notice(packet, sender, netnsId, message);
        } else if (!isFirst) {
            counts.notificationCopies++;
        }
    }

    private void notice(CapturedPacket packet, Sender sender, int netnsId, NetlinkReader message) {
        Dialog request = replies.cause(packet.protocol(), netnsId, sender, message);
        listener.notified(new Notice(
                packet.timestampNanos(),
                packet.captureInterface().name(),
                packet.protocol(),
                message.type(),
                message.flags(),
                message.seq(),
                message.portId(),
                sender.group(),
                sender.party(),
                sender.isSure(),
                Optional.ofNullable(request),
                message.bytes()));
    }

    /** What is no message, the kernel throws away with all that follows it in the datagram, and says nothing. */
    private void malformed(CapturedPacket packet, Sender sender, int netnsId, boolean isWhole) {
        counts.malformed++;
        ByteBuffer bytes = packet.datagram();
        if (!isWhole || sender.way() == Way.TO_PROCESS || sender.way() == Way.TO_GROUP || !bytes.hasRemaining()) {
            return;
        }
        boolean hasHeader = bytes.remaining() >= 16;
        if (sender.way() == Way.UNKNOWN && (!hasHeader || (bytes.getShort(6) & Kinds.REQUEST) == 0)) {
            return;
        }
        long port = hasHeader ? bytes.getInt(12) & 0xFFFF_FFFFL : 0;
        Speaker speaker = speakers.of(packet.captureInterface().name(), netnsId, packet.protocol(), sender, port);
        opened(new Dialog(
                speaker,
                hasHeader ? bytes.getShort(4) & 0xFFFF : 0,
                hasHeader ? bytes.getShort(6) & 0xFFFF : 0,
                hasHeader ? bytes.getInt(8) & 0xFFFF_FFFFL : 0,
                -1,
                bytes.remaining() < 4 ? bytes.remaining() : bytes.getInt(0) & 0xFFFF_FFFFL,
                packet.timestampNanos(),
                Owed.SILENCE));
    }

    private void settle(long nanos) {
        while (true) {
            Dialog dialog = settling.peekFirst();
            if (dialog == null || (nanos != Long.MAX_VALUE && dialog.startNanos + SETTLED_NANOS > nanos)) {
                return;
            }
            settleOne(settling.removeFirst());
        }
    }

    private void settleOne(Dialog dialog) {
        if (dialog.state != Dialog.State.OPEN || dialog.isSettled) {
            return;
        }
        dialog.isSettled = true;
        if (dialog.owed != Owed.OF_A_PEER && dialog.owed != Owed.PERHAPS) {
            dialog.speaker.open.remove(dialog);
            dialog.speaker.addUnowed(dialog);
            close(dialog, Dialog.State.ANSWERED);
        }
    }

    private void forget(Speaker speaker) {
        for (Dialog dialog : List.copyOf(speaker.open)) {
            close(dialog, ended(dialog));
        }
        speaker.open.clear();
    }

    private static Dialog.State ended(Dialog dialog) {
        return dialog.owed.isSomething() || dialog.owed == Owed.OF_A_PEER
                ? Dialog.State.UNANSWERED
                : Dialog.State.ANSWERED;
    }

    /** The dialog is in no list any more. */
    private void close(Dialog dialog, Dialog.State state) {
        dialog.state = state;
        Speaker speaker = dialog.speaker;
        speaker.latestClosed = Optional.of(dialog);
        if (state != Dialog.State.UNANSWERED && dialog.hasReply()) {
            speaker.answered++;
        }
        counts.closed(dialog);
        listener.closed(dialog);
        bodies.release(dialog);
    }
}
