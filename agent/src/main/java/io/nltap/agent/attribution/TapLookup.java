// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import io.nltap.agent.frame.Frame;
import io.nltap.agent.linux.OwnPorts;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Looks up for one tap on the lookup thread, with the patience of the thread that drains it. */
final class TapLookup implements AuthorLookup {
    private final NodeAuthors node;
    private final TapSockets sockets;
    private final Patience patience;

    TapLookup(NodeAuthors node, TapSockets sockets, Patience patience) {
        this.node = node;
        this.sockets = sockets;
        this.patience = patience;
    }

    @Override
    public Owner own() {
        return node.own();
    }

    @Override
    public boolean isOwnAnswer(int protocol, long portId, int type) {
        return OwnPorts.contains(portId) || (portId == 0 && sockets.isExitReport(protocol, type));
    }

    @Override
    public boolean isCurrent(Owner owner) {
        return node.isCurrent(owner);
    }

    @Override
    public SocketSheet sheet() {
        return sockets.sheet();
    }

    @Override
    public @Nullable Owner process(int pid, long cgroupId, String comm, long nanos) {
        return ask(() -> node.find(pid, cgroupId, comm, nanos));
    }

    @Override
    public Finding socket(int protocol, long portId, long nanos) {
        Finding finding = ask(() -> sockets.find(protocol, portId, nanos));
        return finding == null ? Finding.Nobody.NOT_IN_TIME : finding;
    }

    private <T> @Nullable T ask(Callable<T> lookup) {
        long start = nanoTime();
        T answer = node.ask(lookup, patience.left());
        patience.waitedSince(start);
        return answer;
    }

    @Override
    public long catchUp() {
        long now = nanoTime();
        node.catchUp();
        return now;
    }

    @Override
    public long nanoTime() {
        return node.nanoTime();
    }

    @Override
    public long monotonic(Frame frame) {
        return node.monotonic(frame);
    }
}
