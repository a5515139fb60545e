// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

/**
 * What was there to be analysed, and how much of it was understood. Counts, all of them.
 *
 * @param bytes of datagrams, as they were sent
 * @param requests messages that asked the kernel or another process for something
 * @param answered requests whose whole answer was seen
 * @param failed of the answered, those whose answer is an error
 * @param unowed requests that the kernel owed no answer, and got none
 * @param unanswered requests whose answer, or whose rest of it, was owed and not seen
 * @param answersOfNobody answers to no request that was seen: asked before the capture began, or lost
 * @param notifications each once, however many listen
 * @param notificationCopies the others of those
 * @param malformed messages, or ends of datagrams, that are no messages
 * @param skipped packets that are no netlink
 * @param lost datagrams that the capture lost
 */
public record Totals(
        long datagrams,
        long messages,
        long bytes,
        long requests,
        long answered,
        long failed,
        long unowed,
        long unanswered,
        long answersOfNobody,
        long notifications,
        long notificationCopies,
        long malformed,
        long skipped,
        long lost) {

    public static final Totals NONE = new Totals(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    public Totals plus(Totals other) {
        return new Totals(
                datagrams + other.datagrams,
                messages + other.messages,
                bytes + other.bytes,
                requests + other.requests,
                answered + other.answered,
                failed + other.failed,
                unowed + other.unowed,
                unanswered + other.unanswered,
                answersOfNobody + other.answersOfNobody,
                notifications + other.notifications,
                notificationCopies + other.notificationCopies,
                malformed + other.malformed,
                skipped + other.skipped,
                lost + other.lost);
    }
}
