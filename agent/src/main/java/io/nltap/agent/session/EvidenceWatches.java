// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.agent.evidence.NodeEvidence;
import io.nltap.agent.evidence.SightScope;
import io.nltap.netlink.evidence.CaptureLosses;
import io.nltap.netlink.evidence.EvidenceSample;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is being looked at beside the wire, for each tap of one capture. Used by one thread. */
final class EvidenceWatches {
    private static final Logger LOG = LoggerFactory.getLogger(EvidenceWatches.class);

    private final NodeEvidence evidence;
    private final Consumer<EvidenceSample> sink;
    private final Map<Long, NodeEvidence.Watch> watches = new LinkedHashMap<>();

    /** @param sink is called by another thread, about once a second for each namespace; must not wait long */
    EvidenceWatches(NodeEvidence evidence, Consumer<EvidenceSample> sink) {
        this.evidence = evidence;
        this.sink = sink;
    }

    /**
     * What is to be seen beside the wire is worth much, but not the capture: where it cannot be seen, that is logged.
     *
     * @param name of the capture file's interface for the tap
     * @param losses frames lost or left out there until now; must not wait
     */
    void open(NetnsTap tap, String name, SightScope scope, Supplier<CaptureLosses> losses) throws InterruptedException {
        try {
            watches.put(tap.netns(), evidence.watch(tap.namespace(), name, tap.name(), scope, losses, sink));
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("netns", tap.netns())
                    .addKeyValue("why", e.getMessage())
                    .log("a namespace is captured without what is beside the wire");
        }
    }

    /** A last look has been taken when this returns. To be called before the tap is closed. */
    void close(long netns) {
        NodeEvidence.Watch watch = watches.remove(netns);
        if (watch != null) {
            watch.close();
        }
    }

    void closeAll() {
        List.copyOf(watches.keySet()).forEach(this::close);
    }
}
