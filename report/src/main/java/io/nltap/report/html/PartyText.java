// SPDX-License-Identifier: Apache-2.0
package io.nltap.report.html;

import io.nltap.netlink.author.Party;

/** Somebody, and below it where that is: {@code ip[4711]}, {@code shop/web-0/app}. */
final class PartyText {
    private PartyText() {}

    static void write(Markup out, Party who) {
        out.element("span", name(who), "class", "code");
        String place = place(who);
        if (!place.isEmpty()) {
            out.text(" ").element("span", place, "class", "place");
        }
    }

    static String name(Party who) {
        if (who.pid().isEmpty() || who.isKernel()) {
            return who.toString();
        }
        return "%s[%d]".formatted(who.comm().orElse("?"), who.pid().getAsInt());
    }

    private static String place(Party who) {
        return who.pod().or(() -> who.container().map(name -> "-")).orElse("")
                + who.container().map(name -> "/" + name).orElse("");
    }
}
