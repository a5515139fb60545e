// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.change;

import io.nltap.netlink.author.Party;
import io.nltap.netlink.change.Change.Action;
import io.nltap.netlink.change.Change.Authorship;
import io.nltap.netlink.change.Change.Proof;
import io.nltap.netlink.decode.Decoder;
import io.nltap.netlink.decode.Tables;
import io.nltap.netlink.dialog.Batch;
import io.nltap.netlink.dialog.Dialog;
import io.nltap.netlink.dialog.Notice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes changes of successful requests and of notifications, each once: the copies of a notification, and those of what a
 * request did, are of the request. Used by one thread.
 *
 * <p>A batch without an end changes nothing, whatever is acknowledged, and neither does one of which a message failed.
 */
public final class ChangeLog {
    private static final int MAX_OPEN = 1024;
    private static final int MAX_NOTICES = 20_000;

    /** A request that is being carried out, and the notifications of what it does. */
    private static final class Open {
        private final Dialog dialog;
        private final List<Draft> notices = new ArrayList<>();
        private Optional<Draft> draft = Optional.empty();
        private boolean isDecoded;

        private Open(Dialog dialog) {
            this.dialog = dialog;
        }
    }

    private final Consumer<Change> changed;
    private final Map<Dialog, Open> open = new LinkedHashMap<>();
    private final ObjectStates states = new ObjectStates();
    private final TapDevices taps = new TapDevices();
    private @Nullable Decoder decoder;
    private long omittedRequests;
    private long omittedNotices;

    public ChangeLog(Consumer<Change> changed) {
        this.changed = changed;
    }

    /**
     * Devices of nltap's that were there before anything was told of them: what becomes of them is left out.
     *
     * @param indexes interface indexes
     */
    public void knowTaps(String netns, Set<Integer> indexes) {
        taps.know(netns, indexes);
    }

    public void opened(Dialog dialog) {
        if (dialog.body().isEmpty() && dialog.batch().isEmpty()) {
            return;
        }
        if (open.size() >= MAX_OPEN) {
            open.remove(open.keySet().iterator().next());
            omittedRequests++;
        }
        open.put(dialog, new Open(dialog));
    }

    public void closed(Dialog dialog) {
        Open request = open.remove(dialog);
        if (request == null || dialog.state() != Dialog.State.ANSWERED) {
            return;
        }
        if (dialog.batch().isPresent()) {
            Batch batch = dialog.batch().get();
            if (batch.isCommitted()) {
                batch.items().stream()
                        .flatMap(item -> Draft.of(decoder(), dialog.speaker().protocol(), item.message()).stream())
                        .forEach(draft -> ofRequest(request, draft));
            }
        } else {
            draft(request).ifPresent(draft -> ofRequest(request, draft));
        }
        if (draft(request).filter(Draft::isOfAll).isPresent()) {
            return; // each of them was told of, but one thing was done
        }
        // What it did besides: the other end of a pair, for instance.
        for (Draft side : List.copyOf(request.notices)) {
            if (request.notices.contains(side)) {
                request.notices.removeIf(side::isSameObject);
                emit(
                        side,
                        dialog.startNanos(),
                        dialog.speaker().netns(),
                        dialog.speaker().party(),
                        dialog.speaker().party().isKnown() ? Authorship.PROBABLE : Authorship.UNKNOWN,
                        Proof.NOTIFIED,
                        true);
            }
        }
    }

    public void notified(Notice notice) {
        Optional<ObjectKind> kind = ObjectKind.of(notice.protocol(), notice.type());
        if (kind.isEmpty()) {
            return;
        }
        Optional<Draft> draft = Draft.of(decoder(), notice.protocol(), notice.message());
        if (draft.isEmpty()) {
            return;
        }
        Open request = notice.request().map(open::get).orElse(null);
        if (request == null) {
            request = underWay(notice, draft.get());
        }
        if (request != null) {
            if (request.notices.size() < MAX_NOTICES) {
                request.notices.add(draft.get());
            } else {
                omittedNotices++;
            }
            return;
        }
        if (kind.get().isOfTraffic()) {
            return;
        }
        // What the kernel tells without a request may be its own doing, or anybody's by ioctl.
        Party cause = notice.cause().isKernel() ? Party.UNKNOWN : notice.cause();
        emit(
                draft.get(),
                notice.timeNanos(),
                notice.netns(),
                cause,
                cause.isKnown() ? Authorship.PROBABLE : Authorship.UNKNOWN,
                Proof.NOTIFIED,
                true);
    }

    /** Nothing will come any more. */
    public void end() {
        open.clear();
    }

    /** Made when it is needed: its tables take a while to be read. */
    private Decoder decoder() {
        if (decoder == null) {
            decoder = new Decoder(Tables.builtIn());
        }
        return decoder;
    }

    /** What there was no room for, by name. */
    public Map<String, Long> omissions() {
        Map<String, Long> omissions = new LinkedHashMap<>();
        if (omittedRequests > 0) {
            omissions.put("requests that may have changed something", omittedRequests);
        }
        if (omittedNotices > 0) {
            omissions.put("notifications of one request", omittedNotices);
        }
        return omissions;
    }

    /** The request under way that is about this object: some kernels leave out of link notifications whose they are. */
    private @Nullable Open underWay(Notice notice, Draft draft) {
        if (notice.portId() != 0) {
            return null;
        }
        for (Open each : open.values()) {
            boolean isThere = each.dialog.speaker().protocol() == notice.protocol()
                    && each.dialog.speaker().netns().equals(notice.netns());
            if (isThere
                    && each.dialog.batch().isEmpty()
                    && draft(each).filter(draft::isSameObject).isPresent()) {
                return each;
            }
        }
        return null;
    }

    private Optional<Draft> draft(Open request) {
        if (!request.isDecoded) {
            request.isDecoded = true;
            request.draft = request.dialog
                    .body()
                    .flatMap(
                            body -> Draft.of(decoder(), request.dialog.speaker().protocol(), body));
        }
        return request.draft;
    }

    private void ofRequest(Open request, Draft asked) {
        Optional<Draft> told = request.notices.stream()
                .filter(asked::isSameObject)
                .reduce((first, last) -> last)
                .or(() -> request.notices.stream()
                        .filter(each -> !asked.isOfAll()
                                && each.kind() == asked.kind()
                                && each.isRemoval() == asked.isRemoval()
                                && isOfItem(request, each, asked))
                        .findFirst());
        told.ifPresent(
                each -> request.notices.removeIf(other -> other.isSameObject(each) && isOfItem(request, other, asked)));
        Dialog dialog = request.dialog;
        Party who = dialog.speaker().party();
        boolean isAcknowledged = (dialog.flags() & 4) != 0
                || dialog.batch().map(batch -> batch.acksOwed() > 0).orElse(false);
        emit(
                told.orElse(asked),
                dialog.startNanos(),
                dialog.speaker().netns(),
                who,
                !who.isKnown()
                        ? Authorship.UNKNOWN
                        : dialog.speaker().isPartySure() ? Authorship.CERTAIN : Authorship.PROBABLE,
                isAcknowledged ? Proof.ACKNOWLEDGED : told.isPresent() ? Proof.NOTIFIED : Proof.NO_ERROR,
                told.isPresent());
    }

    /** In a batch the number tells which message a notification is of. */
    private static boolean isOfItem(Open request, Draft told, Draft asked) {
        return request.dialog.batch().isEmpty()
                || told.what().seq().equals(asked.what().seq());
    }

    /** @param isTold whether the kernel tells it: then it is all that there is to say of the object */
    private void emit(
            Draft draft, long nanos, String netns, Party who, Authorship authorship, Proof proof, boolean isTold) {
        if (taps.include(netns, draft)) {
            return;
        }
        boolean isNewOne = draft.kind().isOneOfMany() && !draft.isRemoval() && !draft.isReplacing();
        Optional<Map<String, String>> known = isNewOne ? Optional.empty() : states.before(netns, draft);
        Map<String, String> before = new LinkedHashMap<>();
        Map<String, String> after = new LinkedHashMap<>();
        Action action;
        if (draft.isRemoval()) {
            action = Action.REMOVED;
            before.putAll(known.orElse(Map.of()));
            if (isTold || known.isEmpty()) {
                before.putAll(draft.values());
            }
        } else if (known.isPresent()) {
            action = Action.CHANGED;
            draft.values().forEach((name, value) -> {
                String old = known.get().get(name);
                if (!value.equals(old)) {
                    after.put(name, value);
                    if (old != null) {
                        before.put(name, old);
                    }
                }
            });
            if (after.isEmpty() && isTold && proof == Proof.NOTIFIED) {
                return; // told again, and nothing is new
            }
        } else {
            action = isAddition(draft) ? Action.ADDED : Action.CHANGED;
            after.putAll(draft.values());
        }
        states.keep(netns, draft);
        changed.accept(new Change(
                nanos,
                netns,
                who,
                authorship,
                action,
                draft.kind().word(),
                nameOf(draft, known),
                before,
                after,
                proof,
                draft.what()));
    }

    /** Links are often named by their number, and the name has been told before. */
    private static String nameOf(Draft draft, Optional<Map<String, String>> known) {
        return draft.kind() == ObjectKind.LINK
                ? known.map(values -> values.get("IFLA_IFNAME")).orElse(draft.object())
                : draft.object();
    }

    private static boolean isAddition(Draft draft) {
        boolean isSaid = draft.kind() == ObjectKind.LINK || draft.kind().isOfTraffic();
        return isSaid ? draft.isNew() : !draft.isReplacing();
    }
}
