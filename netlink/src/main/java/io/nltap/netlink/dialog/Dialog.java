// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.dialog;

import io.nltap.netlink.message.KernelNames;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;

/** A request and what has been seen of its answer. Changes while the answer comes; used by one thread. */
public final class Dialog {
    private static final long NOT_YET = Long.MIN_VALUE;

    /** How it stands. */
    public enum State {
        /** Something may still come. */
        OPEN,
        /** All that was owed has come, or nothing was owed and no error came. */
        ANSWERED,
        /** The answer is an error. */
        FAILED,
        /** It was open when there was no room for it any more, or at the end. */
        UNANSWERED
    }

    final Speaker speaker;
    final int type;
    final int flags;
    final long seq;
    final int command;
    final long startNanos;
    final long length;

    Owed owed;
    long firstReplyNanos = NOT_YET;
    long lastNanos;
    int parts;
    int answerMessages;
    long answerBytes;
    int largestPart;
    int largestMessage;
    int error;
    int failedType = -1;
    String explanation = "";
    boolean interrupted;
    boolean isSettled;
    State state = State.OPEN;
    Optional<Batch> batch = Optional.empty();
    Optional<ByteBuffer> body = Optional.empty();

    Dialog(Speaker speaker, int type, int flags, long seq, int command, long length, long startNanos, Owed owed) {
        this.speaker = speaker;
        this.type = type;
        this.flags = flags;
        this.seq = seq;
        this.command = command;
        this.length = length;
        this.startNanos = startNanos;
        this.lastNanos = startNanos;
        this.owed = owed;
    }

    public Speaker speaker() {
        return speaker;
    }

    /** {@code nlmsg_type}. */
    public int type() {
        return type;
    }

    /** {@code nlmsg_flags}. */
    public int flags() {
        return flags;
    }

    public long seq() {
        return seq;
    }

    /** First byte of the payload: the command in generic netlink; -1 when there is none. */
    public int command() {
        return command;
    }

    /** {@code nlmsg_len}. */
    public long length() {
        return length;
    }

    /** When the request was sent, nanoseconds since the epoch. */
    public long startNanos() {
        return startNanos;
    }

    public Owed owed() {
        return owed;
    }

    public boolean isDump() {
        return owed == Owed.DUMP;
    }

    public State state() {
        return state;
    }

    /** Whether anything of the answer was seen. */
    public boolean hasReply() {
        return firstReplyNanos != NOT_YET;
    }

    /** From the request until the first message of the answer: the kernel's time. 0 when nothing was seen. */
    public long kernelNanos() {
        return hasReply() ? firstReplyNanos - startNanos : 0;
    }

    /** From the first message of the answer until the last so far: with dumps the reader's time, mostly. */
    public long readingNanos() {
        return hasReply() ? lastNanos - firstReplyNanos : 0;
    }

    /** When the last of it was seen: the request, or a part of its answer. */
    public long lastNanos() {
        return lastNanos;
    }

    /** Datagrams of the answer. */
    public int parts() {
        return parts;
    }

    /** Messages of the answer. */
    public int answerMessages() {
        return answerMessages;
    }

    /** Bytes of the datagrams of the answer. */
    public long answerBytes() {
        return answerBytes;
    }

    /** Bytes of the largest datagram of the answer. */
    public int largestPart() {
        return largestPart;
    }

    /** Bytes of the largest message of the answer. */
    public int largestMessage() {
        return largestMessage;
    }

    /** Less than 0 when the answer is an error. */
    public int error() {
        return error;
    }

    /** What the kernel says about the error, in words; may be empty. */
    public String explanation() {
        return explanation;
    }

    /** Whether the kernel said that what it dumped was changed meanwhile. */
    public boolean isInterrupted() {
        return interrupted;
    }

    /** The messages of a netfilter batch, whose first one this is. */
    public Optional<Batch> batch() {
        return batch;
    }

    /** A request that changes something, from its header on, as far as it was kept; in its own byte order. */
    public Optional<ByteBuffer> body() {
        return body;
    }

    /** Such as {@code RTM_GETLINK}. */
    public String typeName() {
        return KernelNames.message(
                speaker.protocol(),
                type,
                command < 0 ? ByteBuffer.allocate(0) : ByteBuffer.wrap(new byte[] {(byte) command}));
    }

    /** Of the message that failed: in a batch that is mostly not the first. */
    public String failedTypeName() {
        return failedType < 0 || failedType == type
                ? typeName()
                : KernelNames.message(speaker.protocol(), failedType, ByteBuffer.allocate(0));
    }

    public Matter matter() {
        return new Matter(KernelNames.protocol(speaker.protocol()), typeName(), OptionalLong.of(seq));
    }

    void progress(long nanos, int datagramBytes, boolean isNewDatagram) {
        if (!hasReply()) {
            firstReplyNanos = nanos;
        }
        lastNanos = nanos;
        answerMessages++;
        if (isNewDatagram) {
            parts++;
            answerBytes += datagramBytes;
            largestPart = Math.max(largestPart, datagramBytes);
        }
    }
}
