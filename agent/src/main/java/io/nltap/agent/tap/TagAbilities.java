// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import io.nltap.agent.linux.BpfFeature;
import io.nltap.agent.linux.Support;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What taggers can be made of on this node.
 *
 * @param features what came of trying each
 */
record TagAbilities(Map<BpfFeature, Support> features) {

    TagAbilities {
        features = Map.copyOf(features);
    }

    static TagAbilities probe() {
        Map<BpfFeature, Support> features = new EnumMap<>(BpfFeature.class);
        for (BpfFeature feature : BpfFeature.values()) {
            features.put(feature, feature.probe());
        }
        return new TagAbilities(features);
    }

    private Support support(BpfFeature feature) {
        return features.getOrDefault(feature, new Support.Unclear("not tried"));
    }

    /** Why no tagger can be made at all; empty when one can. */
    String obstacle() {
        for (BpfFeature needed : List.of(BpfFeature.MMAPABLE_ARRAY, BpfFeature.FETCH_AND_ADD, BpfFeature.SET_HASH)) {
            if (!support(needed).isYes()) {
                return support(needed).obstacle();
            }
        }
        return "";
    }

    /** The best there should be; whether it holds what it promises is still to be tested. */
    TagRecipe recipe() {
        return new TagRecipe(
                source(BpfFeature.CURRENT_PID_TGID),
                source(BpfFeature.CURRENT_CGROUP_ID),
                source(BpfFeature.CURRENT_COMM));
    }

    private TaskSource source(BpfFeature helper) {
        if (support(helper).isYes()) {
            return TaskSource.HELPER;
        }
        return needsTracepoint() && support(BpfFeature.TASK_AT_TRACEPOINT).isYes()
                ? TaskSource.TRACEPOINT
                : TaskSource.NONE;
    }

    /** All packets of the machine pass it: not for the comm alone. */
    private boolean needsTracepoint() {
        return !support(BpfFeature.CURRENT_PID_TGID).isYes();
    }

    /** What {@link #recipe} cannot tell and why, a clause each. */
    List<String> shortfalls() {
        List<String> shortfalls = new ArrayList<>();
        for (BpfFeature helper :
                List.of(BpfFeature.CURRENT_PID_TGID, BpfFeature.CURRENT_CGROUP_ID, BpfFeature.CURRENT_COMM)) {
            if (source(helper) == TaskSource.NONE) {
                shortfalls.add("this kernel lacks " + support(helper).obstacle());
            }
        }
        if (needsTracepoint() && !support(BpfFeature.TASK_AT_TRACEPOINT).isYes()) {
            shortfalls.add("and lacks " + support(BpfFeature.TASK_AT_TRACEPOINT).obstacle());
        }
        return shortfalls;
    }

    boolean hasTcx() {
        return support(BpfFeature.TCX).isYes();
    }
}
