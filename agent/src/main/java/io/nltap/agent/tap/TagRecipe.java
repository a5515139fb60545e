// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import io.nltap.agent.frame.TagMode;

/**
 * From where a tagger's program takes what it writes of the running task.
 *
 * @param process the process and thread ids
 */
record TagRecipe(TaskSource process, TaskSource cgroup, TaskSource comm) {

    /** What every kernel with a tagger can: port id, group, direction. */
    static final TagRecipe SOCKET = new TagRecipe(TaskSource.NONE, TaskSource.NONE, TaskSource.NONE);

    /** Whether the program is not enough, and a {@link TaskProgram} has to finish what it begins. */
    boolean usesTracepoint() {
        return process == TaskSource.TRACEPOINT || cgroup == TaskSource.TRACEPOINT || comm == TaskSource.TRACEPOINT;
    }

    /** Whether somebody else has to find out whose a port id is, and at once. */
    boolean marksFirst() {
        return process == TaskSource.NONE;
    }

    TagRecipe withoutProcess() {
        return new TagRecipe(TaskSource.NONE, cgroup, comm);
    }

    TagRecipe withoutCgroup() {
        return new TagRecipe(process, TaskSource.NONE, comm);
    }

    TagRecipe withoutComm() {
        return new TagRecipe(process, cgroup, TaskSource.NONE);
    }

    TagMode mode() {
        return process == TaskSource.NONE && cgroup == TaskSource.NONE ? TagMode.SOCKET : TagMode.TASK;
    }

    /** As in {@code process by helper, cgroup by helper, comm not}. */
    @Override
    public String toString() {
        return this.equals(SOCKET) ? "socket only" : "process %s, cgroup %s, comm %s".formatted(process, cgroup, comm);
    }
}
