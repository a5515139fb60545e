// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.change;

import java.util.Arrays;
import java.util.List;

/**
 * A part of what tells an object from others of its kind.
 *
 * @param source as {@link ObjectKind} writes it
 * @param before words that stand before it, with a space after them; may be empty
 * @param isJoined whether a slash joins it to the part before
 * @param isDestination whether it is the destination of a route: where there is none, it is the default route
 * @param names of fields and attributes, of which the first that is there counts; each is a path
 */
record IdentityPart(String source, String before, boolean isJoined, boolean isDestination, List<List<String>> names) {

    private static final String DESTINATION = "RTA_DST";

    static IdentityPart of(String source) {
        if (source.startsWith(DESTINATION + "|")) {
            return new IdentityPart(source, "", false, true, List.of(List.of(DESTINATION)));
        }
        int space = source.lastIndexOf(' ');
        boolean isJoined = source.startsWith("/");
        String names = source.substring(isJoined ? 1 : space + 1);
        return new IdentityPart(
                source,
                isJoined ? "/" : source.substring(0, space + 1),
                isJoined,
                false,
                Arrays.stream(names.split("\\|"))
                        .map(name -> List.of(name.split("\\.")))
                        .toList());
    }
}
