// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import io.nltap.agent.linux.Capabilities;
import io.nltap.agent.linux.Capability;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the machine has to allow before anything is touched. */
final class Privileges {

    private static final List<Capability> NEEDED = List.of(
            Capability.CAP_NET_ADMIN, Capability.CAP_NET_RAW, Capability.CAP_SYS_ADMIN, Capability.CAP_SYS_PTRACE);

    private Privileges() {}

    /** A sentence for people about what is missing, if anything is. */
    static Optional<String> lacking(Capabilities held) {
        String missing = NEEDED.stream()
                .filter(capability -> !held.has(capability))
                .map(Capability::name)
                .collect(Collectors.joining(", "));
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of("recording needs root: it enters network namespaces, makes a device there and reads it."
                        + " This process lacks %s. Try: sudo nltap record …".formatted(missing));
    }
}
