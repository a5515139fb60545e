// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import io.nltap.agent.frame.ProcessIdentity;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who was seen with sockets of this namespace, also when both are gone: numbers of sockets come again only after four thousand
 * million others. A bounded number, oldest forgotten. Used by one thread.
 */
final class SeenHolders {
    private static final int REMEMBERED = 4096;

    private final Map<Long, List<ProcessIdentity>> byInode = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, List<ProcessIdentity>> eldest) {
            return size() > REMEMBERED;
        }
    };

    void add(long inode, Collection<ProcessIdentity> holders) {
        if (!holders.isEmpty()) {
            byInode.put(inode, List.copyOf(holders));
        }
    }

    /** Empty when nobody was seen with it. */
    List<ProcessIdentity> of(long inode) {
        return byInode.getOrDefault(inode, List.of());
    }
}
