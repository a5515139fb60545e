// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import io.nltap.agent.linux.KernelException;
import io.nltap.agent.linux.Link;
import io.nltap.agent.linux.Links;
import io.nltap.agent.linux.NetNamespaces;
import io.nltap.agent.linux.NetNs;
import io.nltap.agent.linux.NetNsId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** One walk through the namespaces of a node: deletes our left-overs and sees which nlmon devices remain. */
final class NodeSweep {

    private final NlmonDevices devices;
    private final Set<NetNsId> inUse;
    private final List<String> problems = new ArrayList<>();
    private int deleted;
    private int remaining;

    /** @param inUse namespaces whose tap is no left-over */
    NodeSweep(Installation installation, Set<NetNsId> inUse) {
        this.devices = new NlmonDevices(installation);
        this.inUse = inUse;
    }

    void walk(NetNamespaces namespaces) throws InterruptedException {
        try (NetNamespaces.Found found = namespaces.openAll()) {
            problems.addAll(found.unreadable());
            for (NetNs namespace : found.namespaces()) {
                visit(namespace);
            }
        } catch (IOException e) {
            problem("the node's processes", e);
        }
    }

    private void visit(NetNs namespace) throws InterruptedException {
        try {
            boolean used = inUse.contains(namespace.id());
            Seen seen = namespace.visit(() -> sweep(used));
            deleted += seen.deleted();
            remaining += seen.remaining();
        } catch (KernelException e) {
            problem(namespace.toString(), e);
        }
    }

    private record Seen(int deleted, int remaining) {}

    private Seen sweep(boolean used) throws KernelException {
        try (Links links = Links.open()) {
            List<Link> present = links.ofKind(NlmonDevices.KIND);
            List<Link> leftOver =
                    used ? List.of() : present.stream().filter(devices::isOurs).toList();
            for (Link link : leftOver) {
                links.delete(link.index());
            }
            return new Seen(leftOver.size(), present.size() - leftOver.size());
        }
    }

    private void problem(String where, IOException e) {
        problems.add(where + ": " + Objects.requireNonNullElse(e.getMessage(), e.toString()));
    }

    int deleted() {
        return deleted;
    }

    /** Nlmon devices that were seen and left alone. */
    int remaining() {
        return remaining;
    }

    /** What could not be looked at. */
    List<String> problems() {
        return problems;
    }
}
