// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import io.nltap.agent.linux.BpfProgram;
import io.nltap.agent.linux.KernelException;

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

    BpfProgram load(TagRecipe recipe, TagMemory memory) throws KernelException {
        return BpfProgram.load(
                NAME,
                new TagProgram(recipe, weaklyOrdered)
                        .code(
                                memory.counterFd(),
                                memory.slotsFd(),
                                memory.slots().count()),
                TagProgram.LICENSE);
    }
}
