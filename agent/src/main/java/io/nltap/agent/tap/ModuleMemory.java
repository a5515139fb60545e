// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import io.nltap.api.v1alpha1.ModuleState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * What the agent remembers on the node, beyond its own death: that it was us who had the module loaded. A note of an
 * earlier boot says nothing.
 */
final class ModuleMemory {

    private final Path file;
    private final Path bootId;

    /**
     * @param file outlives the agent, need not outlive the node's boot
     * @param bootId {@code /proc/sys/kernel/random/boot_id}
     */
    ModuleMemory(Path file, Path bootId) {
        this.file = file;
        this.bootId = bootId;
    }

    /** How we had it loaded in this boot; empty when it was not us. */
    Optional<ModuleState> recall() throws IOException {
        try {
            String[] words = Files.readString(file).strip().split(" ", 2);
            boolean thisBoot = words.length == 2 && words[0].equals(boot());
            return thisBoot ? Optional.of(ModuleState.valueOf(words[1])) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " does not hold what the agent writes there: delete it", e);
        }
    }

    void note(ModuleState how) throws IOException {
        Files.createDirectories(file.getParent());
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.writeString(part, boot() + " " + how.name() + "\n");
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }

    void forget() throws IOException {
        Files.deleteIfExists(file);
    }

    private String boot() throws IOException {
        return Files.readString(bootId).strip();
    }
}
