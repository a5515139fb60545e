// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.change;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** How objects were when the wire told last. Bounded: the one that was told of least recently is forgotten. */
final class ObjectStates {
    private static final int REMEMBERED = 8192;

    private record Key(String netns, ObjectKind kind, String name) {}

    private final Map<Key, Map<String, String>> states = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Map<String, String>> eldest) {
            return size() > REMEMBERED;
        }
    };

    Optional<Map<String, String>> before(String netns, Draft draft) {
        for (String name : draft.names()) {
            Map<String, String> state = states.get(new Key(netns, draft.kind(), name));
            if (state != null) {
                return Optional.of(state);
            }
        }
        return Optional.empty();
    }

    /** Under all its names. */
    void keep(String netns, Draft draft) {
        Map<String, String> sum = new LinkedHashMap<>(before(netns, draft).orElse(Map.of()));
        sum.putAll(draft.values());
        for (String name : draft.names()) {
            if (draft.isRemoval()) {
                states.remove(new Key(netns, draft.kind(), name));
            } else {
                states.put(new Key(netns, draft.kind(), name), sum);
            }
        }
    }
}
