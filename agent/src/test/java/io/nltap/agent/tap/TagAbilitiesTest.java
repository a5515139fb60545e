// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.agent.frame.TagMode;
import io.nltap.agent.linux.BpfFeature;
import io.nltap.agent.linux.Support;
import io.nltap.agent.linux.bpf.BtfBlob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TagAbilitiesTest {

    private static final int STRUCT = 4;

    @TempDir
    private Path directory;

    private final Map<BpfFeature, Support> features = new EnumMap<>(BpfFeature.class);
    private Path btf;

    @BeforeEach
    void haveEverything() {
        for (BpfFeature feature : BpfFeature.values()) {
            features.put(feature, Support.YES);
        }
        btf = directory.resolve("vmlinux");
    }

    private void lack(BpfFeature... lacking) {
        for (BpfFeature feature : lacking) {
            features.put(feature, new Support.No(feature.name()));
        }
    }

    private void writeBtf(String cgroupId) throws IOException {
        Files.write(
                btf,
                new BtfBlob()
                        .structure(STRUCT, "task_struct", 4)
                        .member("pid", 1, 8 * 100)
                        .member("tgid", 1, 8 * 104)
                        .member("cgroups", 1, 8 * 200)
                        .member("comm", 1, 8 * 300)
                        .structure(STRUCT, "css_set", 1)
                        .member("dfl_cgrp", 1, 8 * 16)
                        .structure(STRUCT, "cgroup", 1)
                        .member("kn", 1, 8 * 24)
                        .structure(STRUCT, "kernfs_node", 1)
                        .member(cgroupId, 1, 8 * 32)
                        .bytes());
    }

    @Test
    void aKernelThatTellsEverythingIsAskedAndNotReadIn() {
        TagAbilities abilities = TagAbilities.of(features, btf);

        assertThat(abilities.recipe()).hasToString("process by helper, cgroup by helper, comm by helper");
        assertThat(abilities.recipe().mode()).isEqualTo(TagMode.TASK);
        assertThat(abilities.shortfalls()).isEmpty();
        assertThat(abilities.obstacle()).isEmpty();
    }

    @Test
    void aKernelThatTellsOnlyTheIdsIsReadInForTheComm() throws IOException {
        lack(BpfFeature.CURRENT_COMM);
        writeBtf("id");

        TagAbilities abilities = TagAbilities.of(features, btf);

        assertThat(abilities.recipe()).hasToString("process by helper, cgroup by helper, comm from task_struct");
        assertThat(abilities.recipe().layout()).contains(new TaskLayout(100, 104, 300, 200, 16, 24, 32));
        assertThat(abilities.shortfalls()).isEmpty();
    }

    @Test
    void aKernelThatTellsNothingIsReadInForAll() throws IOException {
        lack(BpfFeature.CURRENT_PID_TGID, BpfFeature.CURRENT_CGROUP_ID, BpfFeature.CURRENT_COMM);
        writeBtf("id");

        TagRecipe recipe = TagAbilities.of(features, btf).recipe();

        assertThat(recipe).hasToString("process from task_struct, cgroup from task_struct, comm from task_struct");
        assertThat(recipe.mode()).isEqualTo(TagMode.TASK);
    }

    @Test
    void saysWhatTheKernelLacksWhenItCannotBeReadInEither() {
        lack(
                BpfFeature.CURRENT_PID_TGID,
                BpfFeature.CURRENT_CGROUP_ID,
                BpfFeature.CURRENT_COMM,
                BpfFeature.CURRENT_TASK);

        TagAbilities abilities = TagAbilities.of(features, btf);

        assertThat(abilities.recipe()).isEqualTo(TagRecipe.SOCKET);
        assertThat(abilities.recipe().mode()).isEqualTo(TagMode.SOCKET);
        assertThat(abilities.shortfalls())
                .containsExactly(
                        "this kernel lacks CURRENT_PID_TGID",
                        "this kernel lacks CURRENT_CGROUP_ID",
                        "this kernel lacks CURRENT_COMM",
                        "and in place of that CURRENT_TASK");
    }

    @Test
    void saysThatTheKernelDoesNotDescribeItself() {
        lack(BpfFeature.CURRENT_COMM);

        assertThat(TagAbilities.of(features, btf).shortfalls())
                .containsExactly(
                        "this kernel lacks CURRENT_COMM", "and in place of that " + btf + " (CONFIG_DEBUG_INFO_BTF)");
    }

    @Test
    void saysWhichMemberTheKernelsStructuresLack() throws IOException {
        lack(BpfFeature.CURRENT_COMM);
        writeBtf("ino");

        TagAbilities abilities = TagAbilities.of(features, btf);

        assertThat(abilities.recipe().comm()).isEqualTo(TaskSource.NONE);
        assertThat(abilities.shortfalls())
                .last()
                .asString()
                .endsWith(btf + ": the kernel's struct kernfs_node has no id");
    }

    @Test
    void withoutTheFirstThreeNoTaggerCanBeMade() {
        lack(BpfFeature.FETCH_AND_ADD);
        features.put(BpfFeature.SET_HASH, new Support.Unclear("the kernel was busy"));

        assertThat(TagAbilities.of(features, btf).obstacle()).isEqualTo("FETCH_AND_ADD");
    }
}
