// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import io.nltap.agent.linux.bpf.Btf;
import java.util.OptionalInt;

/**
 * Where a kernel has what it knows of a task, offsets in bytes:
 *
 * <pre>
 *   struct task_struct { … pid_t pid; pid_t tgid; … char comm[16]; … struct css_set *cgroups; … }   linux/sched.h
 *   struct css_set     { … struct cgroup *dfl_cgrp; … }                                            linux/cgroup-defs.h
 *   struct cgroup      { … struct kernfs_node *kn; … }
 *   struct kernfs_node { … u64 id; … }                                                             linux/kernfs.h
 * </pre>
 */
record TaskLayout(int pid, int tgid, int comm, int cgroups, int defaultCgroup, int node, int id) {

    /** @throws IllegalArgumentException when the kernel's structures have no such members, with the one that is missing */
    static TaskLayout in(Btf btf) {
        return new TaskLayout(
                offset(btf, "task_struct", "pid"),
                offset(btf, "task_struct", "tgid"),
                offset(btf, "task_struct", "comm"),
                offset(btf, "task_struct", "cgroups"),
                offset(btf, "css_set", "dfl_cgrp"),
                offset(btf, "cgroup", "kn"),
                offset(btf, "kernfs_node", "id"));
    }

    private static int offset(Btf btf, String structure, String member) {
        OptionalInt offset = btf.offsetOf(structure, member);
        return offset.orElseThrow(
                () -> new IllegalArgumentException("the kernel's struct %s has no %s".formatted(structure, member)));
    }
}
