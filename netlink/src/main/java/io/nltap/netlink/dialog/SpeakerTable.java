// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.dialog;

import io.nltap.netlink.author.Party;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All speakers, the one that spoke last at the end. Bounded: the one that has been silent for longest makes room.
 *
 * <p>A speaker is a socket, where the file says which one sent a packet. Else it is a process, where the file says whose a
 * packet is. Else it is a port, and requests without a port are those of port 0 until an answer tells.
 */
final class SpeakerTable {
    private static final int MAX_SPEAKERS = 16_384;
    private static final int MAX_NETNS = 4096;

    private final Map<String, Integer> netnsIds = new LinkedHashMap<>();
    private final LinkedHashMap<Long, Speaker> speakers = new LinkedHashMap<>(64, 0.75f, true);
    private final Map<Long, Speaker> byPort = new LinkedHashMap<>();

    /** Of a process that speaks by sockets, the one that spoke last. */
    private final Map<Long, Speaker> byProcess = new LinkedHashMap<>();

    private final Consumer<Speaker> evicted;
    private @Nullable Speaker last;
    private long lastKey;
    private @Nullable Speaker lastRemembered;
    private long lastProcessKey;
    private long omitted;

    SpeakerTable(Consumer<Speaker> evicted) {
        this.evicted = evicted;
    }

    /** A number for the namespace. Names beyond the bound share one. */
    int netnsId(String name) {
        Integer id = netnsIds.get(name);
        if (id == null) {
            id = netnsIds.size();
            if (id >= MAX_NETNS) {
                return MAX_NETNS;
            }
            netnsIds.put(name, id);
        }
        return id;
    }

    Collection<String> netnsNames() {
        return Collections.unmodifiableSet(netnsIds.keySet());
    }

    /** @param named port id that the message names, which may be anything; used when nothing better is known */
    Speaker of(String netns, int netnsId, int protocol, Sender sender, long named) {
        Party party = sender.party();
        boolean isSocket = sender.port() != 0;
        boolean isProcess = !isSocket && party.isKnown();
        long key = isProcess
                ? processKey(netnsId, protocol, party)
                : key(netnsId, protocol, false, isSocket ? sender.port() : named);
        Speaker speaker = get(key);
        if (speaker != null && isSocket && (!speaker.isSocket() || isOfAnother(speaker, party))) {
            displace(key, speaker);
            speaker = null;
        }
        if (speaker == null) {
            makeRoom();
            speaker = new Speaker(netns, netnsId, protocol, party, isSocket);
            speakers.put(key, speaker);
            last = null;
        }
        if (party.isKnown() || !speaker.party.isKnown()) {
            speaker.party = party; // a process may change its name
            speaker.isPartySure = sender.isSure();
        }
        if (isSocket) {
            speaker.addPort(sender.port());
            if (party.isKnown()) {
                rememberProcess(speaker, party);
            }
        }
        return speaker;
    }

    /** A request and its answers ask for the same one, who needs no object for it then. */
    private @Nullable Speaker get(long key) {
        if (last == null || key != lastKey) {
            last = speakers.get(key);
            lastKey = key;
        }
        return last;
    }

    private static boolean isOfAnother(Speaker speaker, Party party) {
        return speaker.party.isKnown()
                && party.isKnown()
                && speaker.party.pid().getAsInt() != party.pid().getAsInt();
    }

    /** Another process has the port by now, or uses the socket of the first one. */
    private void displace(long key, Speaker speaker) {
        speakers.remove(key);
        last = null;
        if (speaker.party.isKnown()
                && speakers.putIfAbsent(processKey(speaker.netnsId(), speaker.protocol(), speaker.party), speaker)
                        == null) {
            return;
        }
        evicted.accept(speaker);
    }

    private void rememberProcess(Speaker speaker, Party party) {
        long key = processKey(speaker.netnsId(), speaker.protocol(), party);
        if (speaker == lastRemembered && key == lastProcessKey) {
            return;
        }
        lastRemembered = speaker;
        lastProcessKey = key;
        if (byProcess.get(key) != speaker) {
            if (byProcess.size() >= MAX_SPEAKERS) {
                byProcess.clear(); // they are learnt again
            }
            byProcess.put(key, speaker);
        }
    }

    /** The speaker, if it has spoken already. */
    @Nullable
    Speaker find(int netnsId, int protocol, Party party) {
        if (!party.isKnown()) {
            return null;
        }
        long key = processKey(netnsId, protocol, party);
        Speaker speaker = get(key);
        return speaker == null ? byProcess.get(key) : speaker;
    }

    /** The speaker that is known to have the port, if any. */
    @Nullable
    Speaker findPort(int netnsId, int protocol, long port) {
        long key = key(netnsId, protocol, false, port);
        Speaker direct = get(key);
        Speaker learnt = direct != null && direct.isSocket() ? null : byPort.get(key);
        return learnt == null ? direct : learnt;
    }

    void learnPort(Speaker speaker, long port) {
        if (port == 0 || speaker.isSocket() || speaker.hasPort(port)) {
            return;
        }
        speaker.addPort(port);
        if (speaker.party.isKnown()) {
            if (byPort.size() >= MAX_SPEAKERS) {
                byPort.clear(); // they are learnt again
            }
            byPort.put(key(speaker.netnsId(), speaker.protocol(), false, port), speaker);
        }
    }

    Collection<Speaker> all() {
        return Collections.unmodifiableCollection(speakers.values());
    }

    /** Speakers that were forgotten. */
    long omitted() {
        return omitted;
    }

    private void makeRoom() {
        if (speakers.size() < MAX_SPEAKERS) {
            return;
        }
        Optional<Map.Entry<Long, Speaker>> eldest = speakers.entrySet().stream()
                .limit(64)
                .filter(each -> each.getValue().open.isEmpty())
                .findFirst();
        Map.Entry<Long, Speaker> entry =
                eldest.orElseGet(() -> speakers.entrySet().iterator().next());
        speakers.remove(entry.getKey());
        last = null;
        byPort.values().removeIf(each -> each == entry.getValue() && byPort.size() > MAX_SPEAKERS / 2);
        byProcess.values().removeIf(each -> each == entry.getValue() && byProcess.size() > MAX_SPEAKERS / 2);
        lastRemembered = null;
        evicted.accept(entry.getValue());
        omitted++;
    }

    private static long processKey(int netnsId, int protocol, Party party) {
        return key(netnsId, protocol, true, party.pid().getAsInt());
    }

    /** 12 bits of namespace, 16 of protocol, one for which of both, 32 of process or port. */
    private static long key(int netnsId, int protocol, boolean isProcess, long number) {
        return (long) netnsId << 49
                | (long) (protocol & 0xFFFF) << 33
                | (isProcess ? 1L << 32 : 0)
                | (number & 0xFFFF_FFFFL);
    }
}
