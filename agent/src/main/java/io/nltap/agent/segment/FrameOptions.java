// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.segment;

import io.nltap.agent.frame.Attribution;
import io.nltap.agent.frame.Author;
import io.nltap.agent.frame.ContainerName;
import io.nltap.netlink.author.PacketAuthor;
import io.nltap.netlink.pcapng.PacketDirection;
import io.nltap.netlink.pcapng.PacketOptions;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What the files say of frames beside their bytes: direction, and whose a frame is as a comment. Made once for each
 * attribution, group, sending socket and direction and then used again. Used by one thread.
 */
public final class FrameOptions {
    /** Short-lived programs would fill the heap; what is forgotten is made again. */
    private static final int REMEMBERED = 8192;

    /** Of one attribution: a process may open a socket for each request. */
    private static final int REMEMBERED_OF_ONE = 64;

    private static final int ID_SHOWN = 12; // as container tools do
    private static final int ROLES = Attribution.Role.values().length;

    private final Map<Attribution, Known> all = new IdentityHashMap<>();

    /** The last one of each role: a process that asks and is answered looks nothing up. */
    private final @Nullable Known[] last = new Known[ROLES];

    private record Known(
            Attribution attribution,
            int group,
            long port,
            PacketDirection direction,
            PacketOptions options,
            @Nullable Known other,
            int number) {

        @SuppressWarnings("ReferenceEquality") // attributions are made once: comparing all of them would cost more
        boolean isFor(Attribution asked, int askedGroup, long askedPort, PacketDirection askedDirection) {
            return attribution == asked && group == askedGroup && port == askedPort && direction == askedDirection;
        }
    }

    /**
     * @param group multicast group, 0 for unicast
     * @param port port id of the sending socket; 0 where it is not known, or the kernel's
     */
    public PacketOptions of(Attribution attribution, int group, long port, PacketDirection direction) {
        int role = attribution.role().ordinal();
        Known known = last[role];
        if (known == null || !known.isFor(attribution, group, port, direction)) {
            known = find(attribution, group, port, direction);
            last[role] = known;
        }
        return known.options();
    }

    /** What a file says of a notification and whose it is. Makes it anew each time. */
    public static String comment(Attribution attribution, int group) {
        return author(attribution, group, 0).toComment();
    }

    private Known find(Attribution attribution, int group, long port, PacketDirection direction) {
        Known first = all.get(attribution);
        for (Known each = first; each != null; each = each.other()) {
            if (each.isFor(attribution, group, port, direction)) {
                return each;
            }
        }
        if (all.size() >= REMEMBERED) {
            all.clear();
            first = null;
        }
        byte[] comment = author(attribution, group, port).toComment().getBytes(StandardCharsets.UTF_8);
        PacketOptions options = PacketOptions.of(direction, comment, ByteOrder.nativeOrder());
        Known kept = first != null && first.number() < REMEMBERED_OF_ONE ? first : null;
        int number = kept == null ? 1 : kept.number() + 1;
        Known made = new Known(attribution, group, port, direction, options, kept, number);
        all.put(attribution, made);
        return made;
    }

    private static PacketAuthor author(Attribution attribution, int group, long port) {
        Optional<String> pod = Optional.empty();
        Optional<String> container = Optional.empty();
        Optional<String> comm = Optional.empty();
        OptionalInt pid = OptionalInt.empty();
        Author author = attribution.author();
        if (author instanceof Author.Process process) {
            pod = process.container().flatMap(ContainerName::pod);
            container = process.container().flatMap(FrameOptions::name);
            comm = Optional.of(process.comm());
            pid = OptionalInt.of(process.pid());
        } else if (author instanceof Author.Kernel) {
            pid = OptionalInt.of(0);
        }
        return new PacketAuthor(
                pod,
                container,
                pid,
                comm,
                attribution.confidence().word(),
                attribution.role().name().toLowerCase(Locale.ROOT),
                group,
                port);
    }

    private static Optional<String> name(ContainerName container) {
        return container
                .container()
                .or(() -> container.containerId().map(id -> id.substring(0, Math.min(ID_SHOWN, id.length()))));
    }
}
