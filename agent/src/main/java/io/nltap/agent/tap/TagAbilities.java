// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import io.nltap.agent.linux.BpfFeature;
import io.nltap.agent.linux.Support;
import io.nltap.agent.linux.bpf.Btf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What taggers can be made of on this node.
 *
 * @param features each that there is
 * @param layout of the kernel's tasks; empty when it cannot be had or is not needed
 * @param layoutProblem why there is none; empty when there is or it is not needed
 */
record TagAbilities(Map<BpfFeature, Support> features, Optional<TaskLayout> layout, String layoutProblem) {

    /** @param btf {@code /sys/kernel/btf/vmlinux} */
    static TagAbilities probe(Path btf) {
        Map<BpfFeature, Support> features = new EnumMap<>(BpfFeature.class);
        for (BpfFeature feature : BpfFeature.values()) {
            features.put(feature, feature.probe());
        }
        return of(features, btf);
    }

    /** Reads the kernel's description of itself, megabytes, only when something needs it. */
    static TagAbilities of(Map<BpfFeature, Support> features, Path btf) {
        boolean complete = features.getOrDefault(BpfFeature.CURRENT_PID_TGID, Support.YES)
                        .isYes()
                && features.getOrDefault(BpfFeature.CURRENT_CGROUP_ID, Support.YES)
                        .isYes()
                && features.getOrDefault(BpfFeature.CURRENT_COMM, Support.YES).isYes();
        Support task = features.getOrDefault(BpfFeature.CURRENT_TASK, Support.YES);
        if (complete || !task.isYes()) {
            return new TagAbilities(features, Optional.empty(), complete ? "" : task.obstacle());
        }
        try {
            return new TagAbilities(features, Optional.of(TaskLayout.in(Btf.of(Files.readAllBytes(btf)))), "");
        } catch (NoSuchFileException e) {
            return new TagAbilities(features, Optional.empty(), btf + " (CONFIG_DEBUG_INFO_BTF)");
        } catch (IOException | IllegalArgumentException e) {
            return new TagAbilities(features, Optional.empty(), btf + ": " + e.getMessage());
        }
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
                source(BpfFeature.CURRENT_COMM),
                layout);
    }

    private TaskSource source(BpfFeature helper) {
        if (support(helper).isYes()) {
            return TaskSource.HELPER;
        }
        return layout.isPresent() ? TaskSource.TASK_STRUCT : TaskSource.NONE;
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
        if (!shortfalls.isEmpty()) {
            shortfalls.add("and in place of that " + layoutProblem);
        }
        return shortfalls;
    }

    boolean hasTcx() {
        return support(BpfFeature.TCX).isYes();
    }
}
