// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import io.nltap.agent.linux.BpfProgram;
import io.nltap.agent.linux.BpfTable;
import io.nltap.agent.linux.KernelException;
import java.util.Optional;
import java.util.OptionalInt;

/** Has the kernel take in the program of a tagger. */
final class TagProgramLoader {

    static final String NAME = "nltap_tag";

    private final boolean weaklyOrdered;

    /** @param weaklyOrdered whether the machine may show others two writes in another order than they were made in */
    TagProgramLoader(boolean weaklyOrdered) {
        this.weaklyOrdered = weaklyOrdered;
    }

    static TagProgramLoader ofThisMachine() {
        return new TagProgramLoader(!System.getProperty("os.arch").equals("amd64"));
    }

    /** @param relay if the recipe uses a tracepoint */
    BpfProgram load(TagRecipe recipe, Optional<TagProgram.Relay> relay, TagMemory memory) throws KernelException {
        if (!recipe.marksFirst()) {
            return load(recipe, relay, OptionalInt.empty(), memory);
        }
        // The program keeps the table from here on.
        try (BpfTable met = BpfTable.open(BpfTable.Kind.SHARED, "nltap_met", Integer.BYTES, TagProgram.MET)) {
            return load(recipe, relay, OptionalInt.of(met.fd()), memory);
        }
    }

    private BpfProgram load(TagRecipe recipe, Optional<TagProgram.Relay> relay, OptionalInt met, TagMemory memory)
            throws KernelException {
        return BpfProgram.load(
                NAME,
                new TagProgram(recipe, relay, met, weaklyOrdered)
                        .code(
                                memory.counterFd(),
                                memory.slotsFd(),
                                memory.slots().count()),
                TagProgram.LICENSE);
    }

    /** What finishes the slots that the other one begins. @param pending descriptor of {@link TaskRelay#pendingFd} */
    BpfProgram loadFinisher(TagRecipe recipe, int pending, TagMemory memory) throws KernelException {
        return BpfProgram.loadForTracepoint(
                NAME,
                new TaskProgram(recipe, weaklyOrdered)
                        .code(pending, memory.slotsFd(), memory.slots().count()),
                TagProgram.LICENSE);
    }
}
