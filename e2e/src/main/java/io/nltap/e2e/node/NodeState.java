// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.node;

import io.nltap.e2e.process.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a capture changes on a node, to be compared before and after.
 *
 * @param module whether the nlmon module is loaded
 * @param devices the nlmon devices in the network namespaces of all processes, as {@code ip} prints them
 */
public record NodeState(boolean module, List<String> devices) {
    public static NodeState read() throws IOException, InterruptedException {
        TreeSet<String> devices = new TreeSet<>();
        for (Map.Entry<String, String> namespace : oneProcessPerNamespace().entrySet()) {
            // A process that ended meanwhile took its namespace along, or another one is still in the list.
            CommandRun list = CommandRun.of(
                    "nsenter", "-t", namespace.getValue(), "-n", "ip", "-o", "link", "show", "type", "nlmon");
            list.output().lines().filter(line -> list.exitStatus() == 0).forEach(devices::add);
        }
        return new NodeState(isModuleLoaded(), List.copyOf(devices));
    }

    public String words() {
        return "nlmon module %s, nlmon devices: %s"
                .formatted(module ? "loaded" : "not loaded", devices.isEmpty() ? "none" : devices);
    }

    private static boolean isModuleLoaded() throws IOException {
        Path modules = Path.of("/proc/modules");
        if (!Files.exists(modules)) {
            return false;
        }
        try (Stream<String> lines = Files.lines(modules)) {
            return lines.anyMatch(line -> line.startsWith("nlmon "));
        }
    }

    private static Map<String, String> oneProcessPerNamespace() throws IOException {
        Map<String, String> processes = new HashMap<>();
        try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
            for (Path entry : entries.toList()) {
                String pid = entry.getFileName().toString();
                if (pid.chars().allMatch(Character::isDigit)) {
                    namespace(entry).ifPresent(namespace -> processes.put(namespace, pid));
                }
            }
        }
        return processes;
    }

    private static Optional<String> namespace(Path process) {
        try {
            return Optional.of(Files.readSymbolicLink(process.resolve("ns/net")).toString());
        } catch (IOException processEnded) {
            return Optional.empty();
        }
    }
}
