// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import io.nltap.agent.frame.OwnGroups;
import io.nltap.agent.linux.GroupSocket;
import io.nltap.agent.linux.KernelException;
import io.nltap.agent.linux.Links;
import io.nltap.agent.linux.NetNs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the kernel tell what changes in a network namespace, though nobody there listens: also what was changed by ioctl, by a
 * timer, or from another namespace. The tap sees these notifications on their way to us, and {@link ChangeSubscriptions}
 * throws them away.
 *
 * <p>Neighbours are left out: they change by themselves all the time. Of nftables and XFRM it asks where their modules are
 * loaded, and only then: to ask would load them.
 */
final class ChangeSubscription implements OwnGroups, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChangeSubscription.class);

    // #define MAX_LINKS 32   linux/netlink.h
    private static final int PROTOCOLS = 32;

    /**
     * Groups of one protocol.
     *
     * @param module without which there are none; empty when they are always there
     */
    private record Wish(int protocol, String module, Set<Integer> groups) {}

    /** {@code RTNLGRP_*} of linux/rtnetlink.h, {@code NFNLGRP_*} of linux/netfilter/nfnetlink.h, {@code XFRMNLGRP_*}. */
    private static final List<Wish> WISHES = List.of(
            // LINK, TC, IPV4_IFADDR, IPV4_ROUTE, IPV4_RULE, IPV6_IFADDR, IPV6_ROUTE, IPV6_RULE, MDB, NSID, NEXTHOP
            new Wish(0, "", Set.of(1, 4, 5, 7, 8, 9, 11, 19, 26, 28, 32)),
            new Wish(12, "nf_tables", Set.of(7)), // NFTABLES
            new Wish(6, "xfrm_user", Set.of(3, 4))); // SA, POLICY

    private final NetNs namespace;
    private final Path modules;
    private final LongSupplier nanoTime;
    private final List<GroupSocket> sockets = new CopyOnWriteArrayList<>();
    private final Set<Wish> tried = new HashSet<>(); // of whoever opens it, then of the thread that empties the sockets
    private Set<Integer> ownDevices = Set.of();
    private volatile int[] granted = new int[PROTOCOLS]; // by protocol, a bit for each group from 1 on
    private volatile long untilNanos = Long.MAX_VALUE;
    private volatile long dropped;

    private ChangeSubscription(NetNs namespace, Path modules, LongSupplier nanoTime) {
        this.namespace = namespace;
        this.modules = modules;
        this.nanoTime = nanoTime;
    }

    /**
     * @param namespace stays the caller's, and must be open until this is closed
     * @param modules {@code /sys/module}
     * @param nanoTime {@code CLOCK_MONOTONIC}
     * @throws KernelException when not even ROUTE can be listened to
     */
    static ChangeSubscription open(NetNs namespace, Path modules, LongSupplier nanoTime)
            throws KernelException, InterruptedException {
        ChangeSubscription subscription = new ChangeSubscription(namespace, modules, nanoTime);
        try {
            subscription.subscribe();
            subscription.ownDevices = namespace.visit(ChangeSubscription::devicesOfNltap);
            return subscription;
        } catch (KernelException | InterruptedException | RuntimeException e) {
            subscription.close();
            throw e;
        }
    }

    private static Set<Integer> devicesOfNltap() throws KernelException {
        try (Links links = Links.open()) {
            return links.ofKind(NlmonDevices.KIND).stream()
                    .filter(NlmonDevices::isOfNltap)
                    .map(link -> link.index())
                    .collect(Collectors.toUnmodifiableSet());
        }
    }

    /** Interface indexes of nltap's devices, of whichever of its processes, that were in the namespace when this was opened. */
    Set<Integer> ownDevices() {
        return ownDevices;
    }

    @Override
    public boolean include(int protocol, int group, long nanos) {
        return protocol >= 0
                && protocol < PROTOCOLS
                && group > 0
                && group <= Integer.SIZE
                && (granted[protocol] >>> (group - 1) & 1) != 0
                && nanos <= untilNanos;
    }

    /** Whether there is nothing that may become possible yet. */
    boolean isWhole() {
        return tried.size() == WISHES.size();
    }

    /** To what has become possible since. */
    void subscribe() throws KernelException, InterruptedException {
        for (Wish wish : WISHES) {
            boolean isThere = wish.module().isEmpty() || Files.exists(modules.resolve(wish.module()));
            if (isThere && tried.add(wish)) {
                subscribe(wish);
            }
        }
    }

    private void subscribe(Wish wish) throws KernelException, InterruptedException {
        int[] before = granted;
        int[] more = before.clone();
        wish.groups().forEach(group -> more[wish.protocol()] |= 1 << (group - 1));
        granted = more; // before the first notification
        try {
            sockets.add(namespace.visit(() -> GroupSocket.open(wish.protocol(), wish.groups())));
        } catch (KernelException e) {
            granted = before;
            if (wish.module().isEmpty()) {
                throw e;
            }
            LOG.atDebug().addKeyValue("module", wish.module()).setCause(e).log("its changes are not seen");
        }
    }

    List<GroupSocket> sockets() {
        return sockets;
    }

    /** Notifications that the kernel did not make for us, as our sockets were full. Any thread. */
    long dropped() {
        return untilNanos == Long.MAX_VALUE
                ? sockets.stream().mapToLong(GroupSocket::dropped).sum()
                : dropped;
    }

    /** It has been a member until now. To be called when nobody empties its sockets any more. */
    @Override
    public void close() {
        dropped = dropped();
        sockets.forEach(GroupSocket::close);
        untilNanos = nanoTime.getAsLong();
    }
}
