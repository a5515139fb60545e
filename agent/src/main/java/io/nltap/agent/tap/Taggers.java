// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import io.nltap.agent.frame.Tagging;
import io.nltap.agent.linux.BpfProgram;
import io.nltap.agent.linux.KernelException;
import io.nltap.agent.linux.TcxLink;
import io.nltap.agent.linux.TrafficControl;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts taggers on taps. What the kernel can is found out by trying, with the first one, and then remembered. A tap without
 * a tagger is still a tap: nothing here makes one fail.
 */
public final class Taggers {

    private static final Logger LOG = LoggerFactory.getLogger(Taggers.class);

    /** What was found out of this node. */
    private record Findings(TagAbilities abilities, TagRecipe recipe, List<String> shortfalls, String obstacle) {}

    private final Supplier<TagAbilities> probe;
    private final TagProgramLoader loader;
    private final TagSelfTest selfTest;
    private final TagBudget budget;
    private @Nullable Findings findings;
    private @Nullable TaskRelay relay;

    /**
     * @param paths where the kernel shows itself
     * @param budget of all taggers together
     */
    public Taggers(KernelPaths paths, TagBudget budget) {
        this(TagAbilities::probe, TagProgramLoader.ofThisMachine(), new TagSelfTest(paths.proc()), budget);
    }

    Taggers(Supplier<TagAbilities> probe, TagProgramLoader loader, TagSelfTest selfTest, TagBudget budget) {
        this.probe = probe;
        this.loader = loader;
        this.selfTest = selfTest;
        this.budget = budget;
    }

    /**
     * Puts none on any device, for whoever wants none.
     *
     * @param why for people
     */
    public static Taggers none(String why) {
        Taggers none = new Taggers(KernelPaths.USUAL, new TagBudget(0));
        none.findings = new Findings(new TagAbilities(Map.of()), TagRecipe.SOCKET, List.of(), why);
        return none;
    }

    /**
     * Puts a tagger on a device of the calling thread's namespace.
     *
     * @param frames how many the tags of which are wanted at a time: as many as the largest ring on the device holds
     */
    Tagger open(int interfaceIndex, long frames) {
        Findings node = findings();
        if (!node.obstacle().isEmpty()) {
            return Tagger.none(node.obstacle());
        }
        int slots = budget.reserve(frames);
        if (slots == 0) {
            return Tagger.none(
                    "the agent's memory for tags is in use by other taps (%d bytes are left)".formatted(budget.free()));
        }
        try {
            return open(interfaceIndex, slots, node);
        } catch (IOException | RuntimeException e) {
            budget.giveBack(slots);
            LOG.atWarn().addKeyValue("interface", interfaceIndex).setCause(e).log("could not tag the frames of a tap");
            return Tagger.none("the kernel refused: " + e.getMessage());
        }
    }

    private Tagger open(int interfaceIndex, int slots, Findings node) throws IOException {
        TagMemory memory = TagMemory.open(slots);
        List<Tagger.Holding> holdings = new ArrayList<>();
        try {
            String where = attach(interfaceIndex, memory, node, holdings);
            String wrong = selfTest.exchange(node.recipe(), memory);
            if (!wrong.isEmpty()) {
                throw new IOException("the tagger does not tell what is: " + wrong);
            }
            holdings.add(memory::close);
            holdings.add(() -> budget.giveBack(slots));
            Tagging tagging = new Tagging(
                    node.recipe().mode(), where + ": " + node.recipe(), String.join(", ", node.shortfalls()));
            return new Tagger(tagging, memory.slots(), node.recipe().marksFirst(), holdings);
        } catch (IOException | RuntimeException e) {
            holdings.forEach(Tagger.Holding::close);
            memory.close();
            throw e;
        }
    }

    /** @return by what, for people */
    private String attach(int interfaceIndex, TagMemory memory, Findings node, List<Tagger.Holding> holdings)
            throws KernelException {
        Optional<TagProgram.Relay> finished =
                node.recipe().usesTracepoint() ? Optional.of(join(node.recipe(), memory, holdings)) : Optional.empty();
        try (BpfProgram program = loader.load(node.recipe(), finished, memory)) {
            if (node.abilities().hasTcx()) {
                TcxLink link = TcxLink.open(program, interfaceIndex);
                holdings.add(0, link::close);
                return "tcx";
            }
            try (TrafficControl control = TrafficControl.open()) {
                control.attach(interfaceIndex, program, TagProgramLoader.NAME);
            }
            return "clsact";
        }
    }

    /** All taps share what is at the tracepoint; it is there for as long as one needs it. */
    private synchronized TagProgram.Relay join(TagRecipe recipe, TagMemory memory, List<Tagger.Holding> holdings)
            throws KernelException {
        TaskRelay shared = relay == null ? TaskRelay.open() : relay;
        relay = shared;
        try (BpfProgram finisher = loader.loadFinisher(recipe, shared.pendingFd(), memory)) {
            int place = shared.join(finisher);
            holdings.add(() -> leave(shared, place));
            return new TagProgram.Relay(shared.pendingFd(), place);
        } catch (KernelException | RuntimeException e) {
            closeIfUnused(shared);
            throw e;
        }
    }

    private synchronized void leave(TaskRelay shared, int place) {
        shared.leave(place);
        closeIfUnused(shared);
    }

    private void closeIfUnused(TaskRelay shared) {
        if (shared.isUnused()) {
            shared.close();
            relay = null;
        }
    }

    private synchronized Findings findings() {
        Findings known = findings;
        if (known == null) {
            known = find();
            findings = known;
            LOG.atInfo()
                    .addKeyValue("recipe", known.recipe())
                    .addKeyValue("obstacle", known.obstacle())
                    .addKeyValue("shortfalls", known.shortfalls())
                    .log("taggers tried");
        }
        return known;
    }

    private Findings find() {
        TagAbilities abilities = probe.get();
        if (!abilities.obstacle().isEmpty()) {
            return new Findings(
                    abilities, TagRecipe.SOCKET, List.of(), "no tagger can be made: " + abilities.obstacle());
        }
        List<String> shortfalls = new ArrayList<>(abilities.shortfalls());
        TagRecipe recipe = TagRecipe.SOCKET;
        try {
            TagSelfTest.Verdict verdict = selfTest.judge(abilities.recipe(), loader);
            shortfalls.addAll(verdict.complaints());
            recipe = verdict.recipe();
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("recipe", abilities.recipe()).setCause(e).log("could not test a tagger");
            shortfalls.add("a tagger that tells %s was refused: %s".formatted(abilities.recipe(), e.getMessage()));
        }
        return new Findings(abilities, recipe, shortfalls, "");
    }
}
