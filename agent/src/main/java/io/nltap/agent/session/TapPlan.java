// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.api.v1alpha1.NodeTarget;
import java.util.List;
import java.util.Set;

/**
 * What has to be done so that exactly the network namespaces of the targets are tapped.
 *
 * @param open namespaces to tap
 * @param close inodes of namespaces whose tap is not wanted any more
 */
record TapPlan(List<Opening> open, Set<Long> close) {

    /**
     * @param netns inode of the namespace
     * @param pid a process that was in it a moment ago
     * @param pods those whose namespace it is; never empty
     */
    record Opening(long netns, int pid, List<NodeTarget> pods) {
        Opening {
            pods = List.copyOf(pods);
        }
    }

    TapPlan {
        open = List.copyOf(open);
        close = Set.copyOf(close);
    }
}
