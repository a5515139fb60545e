// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.segment;

import io.nltap.agent.frame.Attribution;
import io.nltap.agent.frame.Author;
import io.nltap.agent.frame.ContainerName;
import io.nltap.netlink.author.PacketAuthor;
import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The comments on frames, as bytes that are made once for each attribution and group and then used again. Used by one
 * thread.
 */
public final class FrameComments {
    /** Short-lived programs would fill the heap; what is forgotten is made again. */
    private static final int REMEMBERED = 8192;

    private static final int ID_SHOWN = 12; // as container tools do

    private final Map<Attribution, Comment> comments = new IdentityHashMap<>();

    private record Comment(int group, byte[] utf8, @Nullable Comment other) {}

    /**
     * @param group multicast group, 0 for unicast
     * @return not to be changed
     */
    public byte[] of(Attribution attribution, int group) {
        Comment first = comments.get(attribution);
        for (Comment each = first; each != null; each = each.other()) {
            if (each.group() == group) {
                return each.utf8();
            }
        }
        if (comments.size() >= REMEMBERED) {
            comments.clear();
            first = null;
        }
        byte[] utf8 = author(attribution, group).toComment().getBytes(StandardCharsets.UTF_8);
        comments.put(attribution, new Comment(group, utf8, first));
        return utf8;
    }

    private static PacketAuthor author(Attribution attribution, int group) {
        Optional<String> pod = Optional.empty();
        Optional<String> container = Optional.empty();
        Optional<String> comm = Optional.empty();
        OptionalInt pid = OptionalInt.empty();
        Author author = attribution.author();
        if (author instanceof Author.Process process) {
            pod = process.container().flatMap(ContainerName::pod);
            container = process.container().flatMap(FrameComments::name);
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
                group);
    }

    private static Optional<String> name(ContainerName container) {
        return container
                .container()
                .or(() -> container.containerId().map(id -> id.substring(0, Math.min(ID_SHOWN, id.length()))));
    }
}
