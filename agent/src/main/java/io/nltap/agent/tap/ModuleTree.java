// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The modules of one kernel version as depmod(8) lists them.
 *
 * @param root {@code /lib/modules/<uname -r>} of the node
 */
public record ModuleTree(Path root) {

    /** The module's file; empty when this kernel's tree has none. */
    Optional<ModuleFile> find(String module) throws IOException {
        // kernel/drivers/net/nlmon.ko.xz: kernel/other.ko.xz
        Pattern line = Pattern.compile("(\\S*/)?" + Pattern.quote(module) + "\\.ko(\\.(xz|zst|gz))?:.*");
        try (var lines = Files.lines(dependencies())) {
            return lines.filter(text -> line.matcher(text).matches())
                    .map(text -> text.substring(0, text.indexOf(':')))
                    .map(path -> new ModuleFile(root.resolve(path)))
                    .filter(file -> Files.exists(file.path()))
                    .findFirst();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    Path dependencies() {
        return root.resolve("modules.dep");
    }
}
