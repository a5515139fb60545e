// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import io.nltap.agent.frame.NodeProcesses;
import io.nltap.agent.frame.ProcessIdentity;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The processes of a node that is made up. */
final class FakeProcesses implements NodeProcesses {
    private final Map<Integer, ProcessIdentity> living = new LinkedHashMap<>();

    void put(ProcessIdentity process) {
        living.put(process.pid(), process);
    }

    void endAll() {
        living.clear();
    }

    @Override
    public Optional<ProcessIdentity> find(int pid) {
        return Optional.ofNullable(living.get(pid));
    }

    @Override
    public Collection<ProcessIdentity> all() {
        return living.values();
    }

    @Override
    public void refresh() {}

    @Override
    public Optional<Place> place(long cgroupId) {
        return Optional.empty();
    }

    @Override
    public Optional<Place> knownPlace(long cgroupId) {
        return Optional.empty();
    }

    @Override
    public int namesVersion() {
        return 0;
    }
}
