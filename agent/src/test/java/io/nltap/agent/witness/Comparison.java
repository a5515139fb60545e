// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.witness;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;

/**
 * A capture file beside what a witness saw.
 *
 * <p>Datagrams are the same when protocol and all bytes are; of several with the same bytes (programs that begin in the same
 * second often say the same) as many must be of each process as the witness saw. A notification, which the kernel gives to
 * every listener of a group, has to be in the file once; its author is who caused it: a process that was just sending, or
 * the kernel. Where the file says that it knows the author only by the socket, any process that used this socket will do.
 */
public final class Comparison {
    /** How far the times of strace and of the kernel may lie apart: strace itself may have to wait for a busy machine. */
    private static final long TOLERANCE_NANOS = 250_000_000;

    private record Content(int protocol, ByteBuffer bytes) {}

    private final List<Witnessed> bystanders;
    private final List<Witnessed> inScope;
    private final Map<Content, List<Captured>> open = new HashMap<>();
    private final Map<Content, List<Captured>> notifications = new HashMap<>();
    private final List<Pairing> pairs = new ArrayList<>();
    private final List<Witnessed> missing = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();

    private record Pairing(Witnessed witnessed, Captured captured) {}

    private Comparison(List<Captured> file, List<Witnessed> inScope, List<Witnessed> bystanders) {
        this.inScope = inScope;
        this.bystanders = bystanders;
        file.stream()
                .sorted(Comparator.comparingLong(Captured::timeNanos))
                .forEach(captured -> open.computeIfAbsent(content(captured), content -> new ArrayList<>())
                        .add(captured));
    }

    /**
     * @param file all datagrams of a capture
     * @param inScope all datagrams of the processes that the capture was to follow
     * @param bystanders those of other processes in the same network namespace
     */
    public static Findings of(List<Captured> file, List<Witnessed> inScope, List<Witnessed> bystanders) {
        return new Comparison(file, inScope, bystanders).compare();
    }

    private Findings compare() {
        List<Witnessed> unpaired = new ArrayList<>(inScope);
        // Those that agree in everything first: what is left over then is doubtful, or wrong.
        unpaired = pair(unpaired, (seen, captured) -> isRight(seen, captured));
        unpaired = pair(unpaired, (seen, captured) -> captured.pid().isEmpty() && agrees(seen, captured));
        unpaired = pair(unpaired, (seen, captured) -> true);
        unpaired.stream().filter(seen -> !isFurtherCopy(seen)).forEach(missing::add);
        pairs.stream()
                .filter(pair -> pair.captured().pid().isPresent() && !isRight(pair.witnessed(), pair.captured()))
                .forEach(pair ->
                        wrong.add("%s%n    but the witness saw %s".formatted(pair.captured(), pair.witnessed())));
        List<Captured> foreign = new ArrayList<>();
        List<Captured> unread = new ArrayList<>();
        List<Captured> unexplained = new ArrayList<>();
        for (List<Captured> left : open.values()) {
            for (Captured captured : left) {
                (isBystanders(captured) ? foreign : isUnread(captured) ? unread : unexplained).add(captured);
            }
        }
        Map<String, Integer> byConfidence = new TreeMap<>();
        pairs.forEach(pair -> byConfidence.merge(pair.captured().confidence(), 1, Integer::sum));
        return new Findings(
                inScope.size(),
                inScope.stream()
                        .mapToInt(seen -> Datagrams.messages(seen.bytes()))
                        .sum(),
                pairs.size(),
                (int) pairs.stream()
                        .filter(pair -> pair.captured().pid().isPresent())
                        .count(),
                byConfidence,
                missing,
                wrong,
                foreign,
                unread,
                unexplained);
    }

    /** Takes a datagram of the file for each of the witness' that has one; gives back those without. */
    private List<Witnessed> pair(List<Witnessed> unpaired, BiPredicate<Witnessed, Captured> condition) {
        List<Witnessed> left = new ArrayList<>();
        for (Witnessed seen : unpaired) {
            Captured found = null;
            for (Captured captured : candidates(seen)) {
                if (condition.test(seen, captured)) {
                    found = captured;
                    break;
                }
            }
            if (found == null) {
                left.add(seen);
            } else {
                open.get(content(found)).remove(found);
                pairs.add(new Pairing(seen, found));
                if (isNotification(seen)) {
                    notifications
                            .computeIfAbsent(content(found), content -> new ArrayList<>())
                            .add(found);
                }
            }
        }
        return left;
    }

    private List<Captured> candidates(Witnessed seen) {
        if (seen.isWhole()) {
            return open.getOrDefault(new Content(seen.protocol(), ByteBuffer.wrap(seen.bytes())), List.of());
        }
        return open.values().stream()
                .flatMap(List::stream)
                .filter(captured -> captured.protocol() == seen.protocol()
                        && captured.length() >= seen.length()
                        && ByteBuffer.wrap(captured.bytes(), 0, Math.min(captured.bytes().length, seen.bytes().length))
                                .equals(ByteBuffer.wrap(seen.bytes())))
                .toList();
    }

    private static Content content(Captured captured) {
        return new Content(captured.protocol(), ByteBuffer.wrap(captured.bytes()));
    }

    private static boolean isNotification(Witnessed seen) {
        return seen.groups() != 0;
    }

    private static boolean agrees(Witnessed seen, Captured captured) {
        return captured.direction().agrees(seen.way());
    }

    private boolean isRight(Witnessed seen, Captured captured) {
        if (!agrees(seen, captured)) {
            return false;
        }
        if (isNotification(seen)) {
            return captured.isKernels() || wasSending(captured);
        }
        return (captured.isOf(seen.pid()) || isHolder(captured, seen))
                && (captured.comm().isEmpty()
                        || seen.comm().isEmpty()
                        || captured.comm().equals(seen.comm()));
    }

    /** Confidence Socket says whose the socket is, not which of several processes that share it spoke. */
    private boolean isHolder(Captured captured, Witnessed seen) {
        return captured.confidence().equals("Socket")
                && inScope.stream().anyMatch(it -> it.socket() == seen.socket() && captured.isOf(it.pid()));
    }

    /** Whether the author of a notification was in a call that sends when it came to be. */
    private boolean wasSending(Captured captured) {
        return was(captured, inScope) || was(captured, bystanders);
    }

    private String lastSaid(Captured captured) {
        return inScope.stream()
                .filter(seen -> seen.way() == Witnessed.Way.SENT && captured.isOf(seen.pid()))
                .filter(seen -> seen.beganNanos() <= captured.timeNanos())
                .reduce((earlier, later) -> later)
                .map(seen -> "%n    and last before that, for %d us, %s"
                        .formatted((seen.endedNanos() - seen.beganNanos()) / 1000, seen))
                .orElse("");
    }

    private static boolean was(Captured captured, List<Witnessed> all) {
        return all.stream()
                .filter(seen -> seen.way() == Witnessed.Way.SENT && captured.isOf(seen.pid()))
                .anyMatch(seen -> captured.timeNanos() >= seen.beganNanos() - TOLERANCE_NANOS
                        && captured.timeNanos() <= seen.endedNanos() + TOLERANCE_NANOS);
    }

    /** Of a notification, of which the file has another listener's. */
    private boolean isFurtherCopy(Witnessed seen) {
        return isNotification(seen)
                && notifications.containsKey(new Content(seen.protocol(), ByteBuffer.wrap(seen.bytes())));
    }

    private boolean isBystanders(Captured captured) {
        return bystanders.stream()
                .anyMatch(seen -> captured.isOf(seen.pid())
                        || captured.pid().isEmpty()
                                && captured.protocol() == seen.protocol()
                                && ByteBuffer.wrap(captured.bytes()).equals(ByteBuffer.wrap(seen.bytes())));
    }

    /** What the kernel answered to a process that did not read it. */
    private boolean isUnread(Captured captured) {
        return captured.direction() != Captured.Direction.TO_KERNEL
                && inScope.stream().anyMatch(seen -> captured.isOf(seen.pid()));
    }
}
