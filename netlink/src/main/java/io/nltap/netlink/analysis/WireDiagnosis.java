// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import io.nltap.netlink.dialog.Dialog;
import io.nltap.netlink.dialog.Owed;
import io.nltap.netlink.dialog.Speaker;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** What can be said of a request without an answer when nothing was seen beside the wire: little. */
final class WireDiagnosis {
    private static final int ROUTE = 0;

    private final Collection<Speaker> speakers;

    WireDiagnosis(Collection<Speaker> speakers) {
        this.speakers = speakers;
    }

    Optional<Verdict> of(Dialog dialog) {
        if (dialog.owed() == Owed.OF_A_PEER) {
            return Optional.of(verdict(
                    dialog,
                    HangClass.C13,
                    "%s was sent to another process, and no answer was seen".formatted(dialog.matter())));
        }
        if (!dialog.owed().isSomething()) {
            return Optional.empty();
        }
        if (dialog.isDump() && dialog.hasReply()) {
            return Optional.of(verdict(
                    dialog,
                    HangClass.D1,
                    "%s stopped after %d datagrams, without NLMSG_DONE".formatted(dialog.matter(), dialog.parts()),
                    "the kernel makes the next part of a dump when the reader takes one: the reader does not"));
        }
        if (dialog.speaker().protocol() == ROUTE && stuckTogether() > 1 && !isAnyRouteAnsweredAfter(dialog)) {
            return Optional.of(verdict(
                            dialog,
                            dialog.isDump() ? HangClass.A2 : HangClass.A1,
                            "%s has had no answer".formatted(dialog.matter()),
                            "%d of those who sent ROUTE requests wait for an answer, and nobody has got one since"
                                    .formatted(stuckTogether()))
                    .heldBy(Optional.empty()));
        }
        return Optional.of(Verdict.doubt(
                dialog,
                dialog.lastNanos(),
                dialog.speaker().netns(),
                dialog.speaker().party(),
                dialog.matter(),
                "an answer is owed and was not seen; without samples from beside the wire nobody can tell whether the"
                        + " kernel is still at it (class A), the answer was lost or filtered (C4, C5), or the process has"
                        + " ended"));
    }

    private long stuckTogether() {
        return speakers.stream()
                .filter(each -> each.protocol() == ROUTE)
                .filter(each ->
                        each.open().stream().anyMatch(other -> other.owed().isSomething() && !other.hasReply()))
                .count();
    }

    private boolean isAnyRouteAnsweredAfter(Dialog dialog) {
        return speakers.stream()
                .anyMatch(each -> each.protocol() == ROUTE && each.lastHeardNanos() > dialog.startNanos());
    }

    private static Verdict verdict(Dialog dialog, HangClass hangClass, String... why) {
        List<String> all = new ArrayList<>(List.of(why));
        all.add(DialogDiagnosis.history(dialog));
        return Verdict.of(
                dialog,
                hangClass,
                dialog.lastNanos(),
                dialog.speaker().netns(),
                dialog.speaker().party(),
                dialog.matter(),
                all,
                Confidence.WIRE_ONLY);
    }
}
