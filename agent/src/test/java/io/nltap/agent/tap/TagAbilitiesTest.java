// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.agent.frame.TagMode;
import io.nltap.agent.linux.BpfFeature;
import io.nltap.agent.linux.Support;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TagAbilitiesTest {

    private final Map<BpfFeature, Support> features = new EnumMap<>(BpfFeature.class);

    @BeforeEach
    void haveEverything() {
        for (BpfFeature feature : BpfFeature.values()) {
            features.put(feature, Support.YES);
        }
    }

    private void lack(BpfFeature... lacking) {
        for (BpfFeature feature : lacking) {
            features.put(feature, new Support.No(feature.name()));
        }
    }

    @Test
    void aKernelThatTellsEverythingIsAsked() {
        TagAbilities abilities = new TagAbilities(features);

        assertThat(abilities.recipe()).hasToString("process by helper, cgroup by helper, comm by helper");
        assertThat(abilities.recipe().mode()).isEqualTo(TagMode.TASK);
        assertThat(abilities.shortfalls()).isEmpty();
        assertThat(abilities.obstacle()).isEmpty();
    }

    @Test
    void aKernelThatTellsNoCommStillNamesTheProcess() {
        lack(BpfFeature.CURRENT_COMM);

        TagAbilities abilities = new TagAbilities(features);

        assertThat(abilities.recipe()).hasToString("process by helper, cgroup by helper, comm not");
        assertThat(abilities.recipe().mode()).isEqualTo(TagMode.TASK);
        assertThat(abilities.shortfalls()).containsExactly("this kernel lacks CURRENT_COMM");
    }

    @Test
    void aKernelThatTellsTheTaskOnlyAtTracepointsIsAskedThere() {
        lack(BpfFeature.CURRENT_PID_TGID, BpfFeature.CURRENT_CGROUP_ID, BpfFeature.CURRENT_COMM);

        TagAbilities abilities = new TagAbilities(features);

        assertThat(abilities.recipe()).hasToString("process by tracepoint, cgroup by tracepoint, comm by tracepoint");
        assertThat(abilities.recipe().mode()).isEqualTo(TagMode.TASK);
        assertThat(abilities.shortfalls()).isEmpty();
    }

    @Test
    void saysWhatAKernelLacksThatTellsNothingOfTasks() {
        lack(
                BpfFeature.CURRENT_PID_TGID,
                BpfFeature.CURRENT_CGROUP_ID,
                BpfFeature.CURRENT_COMM,
                BpfFeature.TASK_AT_TRACEPOINT);

        TagAbilities abilities = new TagAbilities(features);

        assertThat(abilities.recipe()).isEqualTo(TagRecipe.SOCKET);
        assertThat(abilities.recipe().mode()).isEqualTo(TagMode.SOCKET);
        assertThat(abilities.shortfalls())
                .containsExactly(
                        "this kernel lacks CURRENT_PID_TGID",
                        "this kernel lacks CURRENT_CGROUP_ID",
                        "this kernel lacks CURRENT_COMM",
                        "and lacks TASK_AT_TRACEPOINT");
    }

    @Test
    void withoutTheFirstThreeNoTaggerCanBeMade() {
        lack(BpfFeature.FETCH_AND_ADD);
        features.put(BpfFeature.SET_HASH, new Support.Unclear("the kernel was busy"));

        assertThat(new TagAbilities(features).obstacle()).isEqualTo("FETCH_AND_ADD");
    }
}
