// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.dialog;

import io.nltap.netlink.author.Party;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Whoever speaks one protocol in one namespace: a socket, where the file tells by which one a request was sent; else a
 * process, where the file names it; else a port. Its requests stand in the order in which they were sent.
 */
public final class Speaker {
    static final int MAX_OPEN = 64;
    private static final int MAX_UNOWED = 8;
    private static final int MAX_PORTS = 16;

    private final String netns;
    private final int netnsId;
    private final int protocol;
    private final boolean isSocket;

    Party party;
    boolean isPartySure = true;
    final List<Dialog> open = new ArrayList<>(2);
    final Deque<Dialog> unowed = new ArrayDeque<>(2);
    private final List<Long> ports = new ArrayList<>(2);
    Optional<Dialog> latest = Optional.empty();
    Optional<Dialog> latestClosed = Optional.empty();
    Optional<Dialog> latestRefusedDump = Optional.empty();
    long requests;
    long answered;
    long lastSentNanos;
    long lastHeardNanos;

    Speaker(String netns, int netnsId, int protocol, Party party, boolean isSocket) {
        this.netns = netns;
        this.netnsId = netnsId;
        this.protocol = protocol;
        this.party = party;
        this.isSocket = isSocket;
    }

    /** Name of the capture file's interface for the namespace. */
    public String netns() {
        return netns;
    }

    int netnsId() {
        return netnsId;
    }

    /** {@code NETLINK_ROUTE} = 0 and so on. */
    public int protocol() {
        return protocol;
    }

    /** Whether it is one socket, with one port id. Otherwise a process may speak by several. */
    public boolean isSocket() {
        return isSocket;
    }

    public Party party() {
        return party;
    }

    /** Whether the capture saw whose it is, rather than concluded it. */
    public boolean isPartySure() {
        return isPartySure;
    }

    /** Requests of which something may still come, the oldest first. */
    public List<Dialog> open() {
        return Collections.unmodifiableList(open);
    }

    /** The latest requests for which nothing was owed, the oldest first. */
    public Iterable<Dialog> unowed() {
        return Collections.unmodifiableCollection(unowed);
    }

    /** Port ids that are known to be its, from requests or answers; unsigned. */
    public List<Long> ports() {
        return Collections.unmodifiableList(ports);
    }

    /** The request that it sent last. */
    public Optional<Dialog> latest() {
        return latest;
    }

    /** The dialog that ended last, whichever way. */
    public Optional<Dialog> latestClosed() {
        return latestClosed;
    }

    /** The dump that the kernel refused last because another was under way. */
    public Optional<Dialog> latestRefusedDump() {
        return latestRefusedDump;
    }

    public long requests() {
        return requests;
    }

    /** Requests whose answer was whole. */
    public long answered() {
        return answered;
    }

    public OptionalLong lastSentNanos() {
        return requests == 0 ? OptionalLong.empty() : OptionalLong.of(lastSentNanos);
    }

    /** When it was last sent an answer; 0 when it never was. */
    public long lastHeardNanos() {
        return lastHeardNanos;
    }

    boolean hasPort(long port) {
        for (int i = 0; i < ports.size(); i++) {
            if (ports.get(i) == port) {
                return true;
            }
        }
        return false;
    }

    void addPort(long port) {
        if (port != 0 && !ports.contains(port)) {
            if (ports.size() == MAX_PORTS) {
                ports.remove(0);
            }
            ports.add(port);
        }
    }

    void addUnowed(Dialog dialog) {
        if (unowed.size() == MAX_UNOWED) {
            unowed.removeFirst();
        }
        unowed.addLast(dialog);
    }
}
