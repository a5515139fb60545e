// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.pcapng;

/**
 * Something in a capture file that is not as it should be.
 *
 * @param offset byte of the file where the record or block begins
 * @param message what is wrong, for people
 */
public record CaptureProblem(long offset, Reason reason, String message) {

    public enum Reason {
        /** Neither pcapng nor pcap. Nothing was read. */
        NOT_A_CAPTURE,
        /** The file ends in the middle of a block or record. What comes before it was read. */
        CUT_OFF,
        /** The length of a block cannot be, so that the next one cannot be found. What comes before it was read. */
        BAD_LENGTH,
        /** More than a reader is willing to remember. What comes before it was read. */
        TOO_MANY,
        /** One block or packet makes no sense; it was left out. */
        BAD_CONTENT
    }
}
