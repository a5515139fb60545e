// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import io.nltap.netlink.analysis.NamespaceEvidence.KernelRow;
import io.nltap.netlink.author.Party;
import io.nltap.netlink.dialog.Dialog;
import io.nltap.netlink.dialog.Matter;
import io.nltap.netlink.dialog.Speaker;
import io.nltap.netlink.message.KernelNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Class A: what a thread inside the kernel waits for. */
final class LockVerdict {
    private final HolderSearch holders;

    LockVerdict(HolderSearch holders) {
        this.holders = holders;
    }

    /** @param dialog the request on whose behalf it is there, if that was seen */
    Optional<Verdict> of(TaskTrack track, Optional<Dialog> dialog, List<String> more) {
        Optional<HangClass> hangClass = hangClass(track, dialog);
        if (hangClass.isEmpty()) {
            return Optional.empty();
        }
        List<String> why = new ArrayList<>();
        dialog.ifPresent(each -> why.add("%s has had no answer".formatted(each.matter())));
        why.add(track.shown());
        why.addAll(more);
        Object key = dialog.<Object>map(each -> each).orElse("task " + track.task.tid());
        Verdict verdict = Verdict.of(
                key,
                hangClass.get(),
                dialog.map(Dialog::lastNanos).orElse(track.sinceNanos),
                dialog.map(Dialog::speaker).map(Speaker::netns).orElse(track.netns),
                dialog.map(Dialog::speaker)
                        .map(Speaker::party)
                        .filter(party -> party.isKnown() && party.comm().isPresent())
                        .orElse(track.party()),
                dialog.map(Dialog::matter).orElse(Matter.NONE),
                why,
                KernelStack.of(track.task).isKnown() ? Confidence.CERTAIN : Confidence.PROBABLE);
        return Optional.of(
                switch (hangClass.get()) {
                    case A1, A2, B4, B5 -> verdict.heldBy(holders.ofRtnl());
                    case A3 -> verdict.heldBy(holder(track, dialog));
                    default -> verdict;
                });
    }

    /** None of its threads was seen, but the kernel's own socket shows that requests are inside. */
    Verdict ofBusyKernel(Dialog dialog, Party who, KernelRow kernel, String missing) {
        boolean isRoute = dialog.speaker().protocol() == 0;
        HangClass hangClass = !isRoute ? HangClass.A3 : dialog.isDump() ? HangClass.A2 : HangClass.A1;
        return Verdict.of(
                        dialog,
                        hangClass,
                        dialog.lastNanos(),
                        dialog.speaker().netns(),
                        who,
                        dialog.matter(),
                        List.of(
                                missing,
                                kernel.shown(
                                        KernelNames.protocol(dialog.speaker().protocol())),
                                "none of its threads was seen"),
                        Confidence.PROBABLE)
                .heldBy(isRoute ? holders.ofRtnl() : Optional.empty());
    }

    private Optional<TaskTrack> holder(TaskTrack victim, Optional<Dialog> dialog) {
        OptionalInt seen = KernelStack.of(victim.task).protocol();
        OptionalInt protocol = seen.isPresent() || dialog.isEmpty()
                ? seen
                : OptionalInt.of(dialog.get().speaker().protocol());
        return protocol.isPresent() ? holders.ofProtocol(victim, protocol.getAsInt()) : Optional.empty();
    }

    private static Optional<HangClass> hangClass(TaskTrack track, Optional<Dialog> dialog) {
        boolean isRoute = dialog.map(each -> each.speaker().protocol() == 0).orElse(false);
        boolean isDump = dialog.map(Dialog::isDump).orElse(false);
        return Optional.ofNullable(
                switch (track.whereabouts) {
                    case WAITS_FOR_RTNL -> isDump ? HangClass.A2 : HangClass.A1;
                    case WAITS_FOR_RTNL_TO_DUMP -> HangClass.A2;
                    case WAITS_FOR_LOCK -> isRoute && isDump ? HangClass.A2 : isRoute ? HangClass.A1 : HangClass.A3;
                    case WAITS_FOR_MODULE -> HangClass.A4;
                    case WORKS_ON_REQUEST -> HangClass.A5;
                    case WAITS_FOR_PEER -> HangClass.A6;
                    case WAITS_FOR_MEMORY -> HangClass.A7;
                    case WAITS_FOR_AUDIT -> HangClass.A8;
                    case OPENS_SOCKET -> HangClass.B1;
                    case BINDS -> HangClass.B2;
                    case CLOSES -> HangClass.B3;
                    case WAITS_AT_ANOTHER_DOOR -> HangClass.B4;
                    case READS_SYSFS -> HangClass.B5;
                    default -> null;
                });
    }

    /** A protocol alone, where no message was seen. */
    static Matter protocolOnly(int protocol) {
        return new Matter(KernelNames.protocol(protocol), "", OptionalLong.empty());
    }
}
