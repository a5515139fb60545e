// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.agent.scope.Subject;
import io.nltap.api.v1alpha1.NodeContainer;
import io.nltap.api.v1alpha1.NodeTarget;
import io.nltap.api.v1alpha1.TargetScope;
import java.util.List;

/** Pods of an order as the scope knows them: named by their UIDs. */
final class TargetSubjects {
    private TargetSubjects() {}

    static List<Subject> of(List<NodeTarget> targets) {
        return targets.stream().map(TargetSubjects::of).toList();
    }

    private static Subject of(NodeTarget target) {
        List<String> ids = target.containers().stream().map(NodeContainer::id).toList();
        return target.scope() == TargetScope.CONTAINERS
                ? Subject.containers(target.podUid(), ids)
                : Subject.pod(target.podUid(), ids);
    }
}
