// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What to record, and where to.
 *
 * @param pids processes, as this machine's /proc numbers them; each stands for itself and its children
 * @param containers ids of containers, or their first 12 or more digits
 * @param space the one network namespace to listen in; absent means those that the processes are in
 * @param duration at most, from the moment on in which the first tap is open
 * @param maxBytes of capture file, at most
 * @param filter in the language of pcap-filter(7), for link type NETLINK
 * @param tagger whether a program in the kernel may tell who sent each datagram
 * @param redaction whether key material is taken out before anything is written
 * @param analysis whether what is recorded is analysed meanwhile
 * @param watch whether to say what hangs while it does
 * @param out directory for the files
 */
record RecordOrder(
        List<Integer> pids,
        List<String> containers,
        Optional<Space> space,
        Optional<Duration> duration,
        long maxBytes,
        Optional<String> filter,
        boolean tagger,
        boolean redaction,
        boolean analysis,
        boolean watch,
        Path out) {

    /**
     * A network namespace.
     *
     * @param path a namespace file, such as {@code /run/netns/blue} or {@code /proc/7/ns/net}
     * @param host whether it is the machine's own
     */
    record Space(Path path, boolean host) {}

    RecordOrder {
        pids = List.copyOf(pids);
        containers = List.copyOf(containers);
    }

    /** Whether everything that is said in the namespace is wanted, whoever says it. */
    boolean wantsEverybody() {
        return pids.isEmpty() && containers.isEmpty();
    }
}
