// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.author;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Somebody that a request, a hang or a change is put down to. What is not known is empty.
 *
 * @param pid in the first PID namespace; 0 is the kernel
 * @param comm name of the process, as in {@code /proc/PID/comm}
 * @param container name of the container, or the beginning of its id
 * @param pod {@code namespace/name}
 */
public record Party(OptionalInt pid, Optional<String> comm, Optional<String> container, Optional<String> pod) {

    public static final Party UNKNOWN =
            new Party(OptionalInt.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    public static final Party KERNEL =
            new Party(OptionalInt.of(0), Optional.of("kernel"), Optional.empty(), Optional.empty());

    public static Party of(PacketAuthor author) {
        return author.isKernel() ? KERNEL : new Party(author.pid(), author.comm(), author.container(), author.pod());
    }

    public boolean isKnown() {
        return pid.isPresent();
    }

    public boolean isKernel() {
        return pid.isPresent() && pid.getAsInt() == 0;
    }

    /** Such as {@code ip[4711] of shop/web-0/app}, {@code kernel} or {@code somebody unknown}. */
    @Override
    public String toString() {
        if (pid.isEmpty()) {
            return "somebody unknown";
        }
        if (isKernel()) {
            return "the kernel";
        }
        String place = pod.or(() -> container.map(name -> "-")).orElse("")
                + container.map(name -> "/" + name).orElse("");
        return "%s[%d]%s".formatted(comm.orElse("?"), pid.getAsInt(), place.isEmpty() ? "" : " of " + place);
    }
}
