// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import io.nltap.agent.frame.Direction;
import io.nltap.agent.frame.FrameTag;
import io.nltap.agent.linux.BpfProgram;
import io.nltap.agent.linux.BpfTable;
import io.nltap.agent.linux.KernelException;
import io.nltap.agent.linux.NetlinkEcho;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Has the kernel tag what this very thread does, and compares: a tagger that tells anything wrong is not used. */
final class TagSelfTest {

    private static final int FEW = 64;

    private final Path proc;

    /** @param proc of this process's own PID namespace */
    TagSelfTest(Path proc) {
        this.proc = proc;
    }

    /**
     * @param recipe the wanted one less what was told wrong
     * @param complaints what was told wrong, a sentence each
     */
    record Verdict(TagRecipe recipe, List<String> complaints) {}

    /** @throws KernelException when the program cannot be loaded or run */
    Verdict judge(TagRecipe wanted, TagProgramLoader loader) throws IOException {
        FrameTag tag = new FrameTag();
        OwnTask self = OwnTask.read(proc);
        boolean tagged = wanted.usesTracepoint() ? tryBoth(wanted, loader, tag) : tryAlone(wanted, loader, tag);
        return tagged ? compare(wanted, self, tag) : new Verdict(TagRecipe.SOCKET, List.of("a test run left no tag"));
    }

    private static boolean tryAlone(TagRecipe wanted, TagProgramLoader loader, FrameTag tag) throws IOException {
        try (TagMemory memory = TagMemory.open(FEW);
                BpfProgram program = loader.load(wanted, Optional.empty(), memory)) {
            int number = memory.next();
            return program.testRun(1).answer() == BpfProgram.TC_ACT_UNSPEC
                    && memory.slots().find(number, tag);
        }
    }

    /** One after the other, as at the tracepoint; again if this thread came to another processor in between. */
    private static boolean tryBoth(TagRecipe wanted, TagProgramLoader loader, FrameTag tag) throws IOException {
        try (TagMemory memory = TagMemory.open(FEW);
                BpfTable pending = TaskRelay.openPending();
                BpfProgram program = loader.load(wanted, Optional.of(new TagProgram.Relay(pending.fd(), 0)), memory);
                BpfProgram finisher = loader.loadFinisher(wanted, pending.fd(), memory)) {
            for (int attempt = 0; attempt < FEW; attempt++) {
                int number = memory.next();
                int answer = program.testRun(1).answer();
                finisher.testRunAtTracepoint();
                if (answer == BpfProgram.TC_ACT_UNSPEC && memory.slots().find(number, tag)) {
                    return true;
                }
            }
            return false;
        }
    }

    private static Verdict compare(TagRecipe wanted, OwnTask self, FrameTag tag) {
        TagRecipe recipe = wanted;
        List<String> complaints = new ArrayList<>();
        if (wanted.process() != TaskSource.NONE
                && (tag.processId() != self.processId() || tag.threadId() != self.threadId())) {
            recipe = recipe.withoutProcess();
            complaints.add(
                    "the kernel calls this process %d and /proc %d, as in a PID namespace below the first: process ids are of no use"
                            .formatted(tag.processId(), self.processId()));
        }
        if (wanted.cgroup() != TaskSource.NONE && self.cgroupId().orElse(tag.cgroupId()) != tag.cgroupId()) {
            recipe = recipe.withoutCgroup();
            complaints.add("the kernel tells cgroup %d of this process, /proc %d"
                    .formatted(tag.cgroupId(), self.cgroupId().getAsLong()));
        }
        if (wanted.comm() != TaskSource.NONE && !self.isNamed(tag.comm().getBytes(StandardCharsets.UTF_8))) {
            recipe = recipe.withoutComm();
            complaints.add("the kernel tells another comm of this thread than /proc");
        }
        return new Verdict(recipe, complaints);
    }

    /**
     * Sends a message through the tap, in the namespace of the calling thread.
     *
     * @return what was wrong with the tags of the message and its answer; empty when nothing
     */
    String exchange(TagRecipe recipe, TagMemory memory) throws IOException {
        OwnTask self = OwnTask.read(proc);
        int first = memory.next();
        long portId;
        try (NetlinkEcho echo = NetlinkEcho.open()) {
            portId = echo.exchange();
        }
        boolean sent = false;
        boolean answered = false;
        FrameTag tag = new FrameTag();
        // Others may be talking too.
        for (int number = first; number != memory.next(); number++) {
            if (memory.slots().find(number, tag)) {
                boolean ours = recipe.process() == TaskSource.NONE || tag.threadId() == self.threadId();
                sent |= ours && tag.direction() == Direction.TO_KERNEL && tag.portId() == portId;
                answered |= ours && tag.direction() == Direction.TO_USER && tag.portId() == 0;
            }
        }
        if (sent && answered) {
            return "";
        }
        return "a message of port id %d %s tagged, and its answer %s"
                .formatted(portId, sent ? "was" : "was not", answered ? "was" : "was not");
    }
}
