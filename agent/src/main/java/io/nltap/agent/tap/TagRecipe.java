// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import io.nltap.agent.frame.TagMode;
import java.util.Optional;

/**
 * From where a tagger's program takes what it writes of the running task.
 *
 * @param process the process and thread ids
 * @param layout present where something comes from {@link TaskSource#TASK_STRUCT}
 */
record TagRecipe(TaskSource process, TaskSource cgroup, TaskSource comm, Optional<TaskLayout> layout) {

    /** What every kernel with a tagger can: port id, group, direction. */
    static final TagRecipe SOCKET = new TagRecipe(TaskSource.NONE, TaskSource.NONE, TaskSource.NONE, Optional.empty());

    TagRecipe withoutProcess() {
        return new TagRecipe(TaskSource.NONE, cgroup, comm, layout);
    }

    TagRecipe withoutCgroup() {
        return new TagRecipe(process, TaskSource.NONE, comm, layout);
    }

    TagRecipe withoutComm() {
        return new TagRecipe(process, cgroup, TaskSource.NONE, layout);
    }

    TagRecipe withHelpersOnly() {
        return new TagRecipe(helper(process), helper(cgroup), helper(comm), Optional.empty());
    }

    private static TaskSource helper(TaskSource source) {
        return source == TaskSource.HELPER ? source : TaskSource.NONE;
    }

    boolean reads(TaskSource source) {
        return process == source || cgroup == source || comm == source;
    }

    TagMode mode() {
        return process == TaskSource.NONE && cgroup == TaskSource.NONE ? TagMode.SOCKET : TagMode.TASK;
    }

    /** As in {@code process by helper, cgroup by helper, comm from task_struct}. */
    @Override
    public String toString() {
        return this.equals(SOCKET) ? "socket only" : "process %s, cgroup %s, comm %s".formatted(process, cgroup, comm);
    }
}
