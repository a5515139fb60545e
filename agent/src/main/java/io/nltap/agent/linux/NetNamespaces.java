// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The network namespaces of a node, as its /proc shows them. */
public final class NetNamespaces {

    private final Path proc;

    /** @param proc the node's /proc, so that its process ids are the node's */
    public NetNamespaces(Path proc) {
        this.proc = proc;
    }

    /** The namespace of a process. ENOENT when there is no such process, EACCES without CAP_SYS_PTRACE. */
    public NetNs open(int pid) throws IOException {
        return NetNs.open(proc.resolve(pid + "/ns/net"));
    }

    /**
     * What a search found, each namespace held open until this is closed.
     *
     * @param unreadable what could not be looked at, at most one sentence for each process; a namespace may hide there
     */
    public record Found(Map<NetNsId, NetNs> byId, List<String> unreadable) implements AutoCloseable {

        public Collection<NetNs> namespaces() {
            return byId.values();
        }

        @Override
        public void close() {
            byId.values().forEach(NetNs::close);
        }
    }

    /**
     * Finds namespaces wherever one can be found: processes, their threads and open descriptors, and mounts of nsfs as
     * {@code ip netns} and container runtimes make them. A namespace that only an open socket keeps alive cannot be found.
     * This reads every descriptor of every process: good for a start and an end, not for a loop.
     */
    public Found openAll() throws IOException {
        Found found = new Found(new LinkedHashMap<>(), new ArrayList<>());
        NetNsSearch search = new NetNsSearch(found);
        try {
            for (int pid : processIds()) {
                search.process(proc.resolve(Integer.toString(pid)));
            }
            search.finish();
            return found;
        } catch (IOException | RuntimeException e) {
            found.close();
            throw e;
        }
    }

    private List<Integer> processIds() throws IOException {
        List<Integer> ids = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path entry : entries) {
                ids.add(Integer.valueOf(entry.getFileName().toString()));
            }
        }
        return ids;
    }
}
