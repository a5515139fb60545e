// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What {@code NLMSG_ERROR} and {@code NLMSG_DONE} say.
 *
 * @param error as on the wire: 0, or an errno below 0; of {@code NLMSG_DONE} also what a dump returned last, above 0
 * @param errno such as {@code ENOENT}; empty when nothing failed
 * @param request what failed or was done, as far as it is quoted: its offsets count from its own first byte
 * @param requestOffset where the quoted request begins in this message
 * @param extack what the kernel says of it in words
 */
public record Outcome(
        int error,
        Optional<String> errno,
        Optional<DecodedMessage> request,
        OptionalInt requestOffset,
        Optional<Extack> extack) {

    public boolean isFailure() {
        return error < 0;
    }

    /**
     * {@code NLMSGERR_ATTR_*} of {@code linux/netlink.h}.
     *
     * @param offset of what is wrong, from the first byte of the request
     * @param where the names of the attributes that hold that offset, from the outside in; empty where the request is not
     *     quoted: {@link DecodedMessage#pathTo} tells it of the request itself
     * @param missing the name, or as {@code attribute 7}, of the attribute that is missing
     * @param attributes all of it
     */
    public record Extack(
            Optional<String> message,
            OptionalInt offset,
            List<String> where,
            Optional<String> missing,
            List<Attribute> attributes)
            implements Attributes {
        public Extack {
            where = List.copyOf(where);
            attributes = List.copyOf(attributes);
        }
    }
}
