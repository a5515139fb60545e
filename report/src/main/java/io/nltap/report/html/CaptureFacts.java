// SPDX-License-Identifier: Apache-2.0
package io.nltap.report.html;

import java.util.List;

/**
 * What a page says of a capture that its summary does not know.
 *
 * @param title what it is called, such as {@code shop/slow-routes} or the name of a file
 * @param nltap version that made the page
 * @param facts how it was captured, in the order in which they are shown: node, kernel, command, end and so on
 * @param gaps what is missing, or may be, a sentence each, such as {@code The ring dropped 12 datagrams.} Losses that the
 *     summary counts need none
 */
public record CaptureFacts(String title, String nltap, List<Fact> facts, List<String> gaps) {

    /** Such as {@code Kernel}: {@code 6.12.101}. */
    public record Fact(String name, String value) {}

    public CaptureFacts {
        facts = List.copyOf(facts);
        gaps = List.copyOf(gaps);
    }
}
