// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.nltap.api.v1alpha1.Amounts;
import io.nltap.api.v1alpha1.ArtifactKey;
import io.nltap.api.v1alpha1.Filter;
import io.nltap.api.v1alpha1.Limits;
import io.nltap.api.v1alpha1.NodeCaptureSpec;
import io.nltap.api.v1alpha1.NodeContainer;
import io.nltap.api.v1alpha1.NodeTarget;
import io.nltap.api.v1alpha1.Segments;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A NodeCapture as the agent understands it, or why it does not. The API server has checked the same, but may be older. */
public sealed interface OrderReading {

    /** Strict: says no to a field it does not know. */
    ObjectMapper JSON = new ObjectMapper();

    long MIN_SEGMENT_BYTES = 1 << 20;

    record Understood(SessionOrder order) implements OrderReading {}

    /** @param why which field, what it holds, and what it may hold */
    record Invalid(String why) implements OrderReading {}

    /**
     * @param spec as it came: a map, if it is well-formed. A field that this agent does not know is not passed over: it
     *     could narrow what may be captured.
     */
    static OrderReading of(NodeCaptureRef ref, long generation, @Nullable Object spec) {
        if (spec == null) {
            return new Invalid("spec is missing");
        }
        try {
            return new Understood(read(ref, generation, parse(spec)));
        } catch (IllegalArgumentException e) {
            return new Invalid("spec cannot be carried out: " + e.getMessage());
        }
    }

    private static NodeCaptureSpec parse(Object spec) {
        try {
            return JSON.treeToValue(JSON.valueToTree(spec), NodeCaptureSpec.class);
        } catch (UnrecognizedPropertyException e) {
            throw new IllegalArgumentException(
                    "%s is not known to this agent, which may be older than the operator".formatted(path(e)), e);
        } catch (JsonMappingException e) {
            throw new IllegalArgumentException("%s: %s".formatted(path(e), e.getOriginalMessage()), e);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        }
    }

    private static String path(JsonMappingException e) {
        return e.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : "." + step.getFieldName())
                .collect(Collectors.joining())
                .replaceFirst("^\\.", "");
    }

    private static SessionOrder read(NodeCaptureRef ref, long generation, NodeCaptureSpec spec) {
        required("nodeName", spec.nodeName());
        required("gateway", spec.gateway());
        required("capture", spec.capture());
        required("capture.namespace", spec.capture().namespace());
        required("capture.name", spec.capture().name());
        required("capture.uid", spec.capture().uid());
        new ArtifactKey(spec.capture(), spec.nodeName(), 0, spec.compression()); // says what cannot be part of a key
        Limits limits = spec.limits();
        Segments segments = spec.segments();
        return new SessionOrder(
                ref,
                generation,
                spec.nodeName(),
                spec.capture(),
                targets(spec.targets()),
                checked(spec.filter()),
                duration("limits.duration", limits.duration()),
                bytes("limits.bytesPerNode", limits.bytesPerNode()),
                messages(limits.messagesPerNode()),
                segmentBytes(segments.size()),
                duration("segments.interval", segments.interval()),
                shortDuration("analysis.slowAfter", spec.analysis().slowAfter()),
                shortDuration("analysis.hungAfter", spec.analysis().hungAfter()),
                spec.analysis().stacks(),
                spec.redaction(),
                spec.compression(),
                spec.format(),
                gateway(spec.gateway()),
                spec.stop());
    }

    private static List<NodeTarget> targets(List<NodeTarget> targets) {
        Map<String, NodeTarget> byUid = new LinkedHashMap<>();
        for (NodeTarget target : targets) {
            required("targets[].podUid", target.podUid());
            required("targets[].podName", target.podName());
            for (NodeContainer container : target.containers()) {
                required("targets[].containers[].id", container.id());
            }
            byUid.putIfAbsent(target.podUid(), target);
        }
        return List.copyOf(byUid.values());
    }

    /** Says what is wrong with it. */
    private static Filter checked(Filter filter) {
        FilterReading.of(filter, "filter.");
        return filter;
    }

    private static Duration duration(String field, String text) {
        Duration duration = of(field, () -> Amounts.duration(text));
        if (duration.isZero()) {
            throw new IllegalArgumentException(field + " is '" + text + "', but must be longer than 0s");
        }
        return duration;
    }

    private static Duration shortDuration(String field, String text) {
        Duration duration = of(field, () -> Amounts.shortDuration(text));
        if (duration.isZero()) {
            throw new IllegalArgumentException(field + " is '" + text + "', but must be longer than 0s");
        }
        return duration;
    }

    private static long bytes(String field, String text) {
        long bytes = of(field, () -> Amounts.bytes(text));
        if (bytes <= 0) {
            throw new IllegalArgumentException(field + " is '" + text + "', but must be more than 0");
        }
        return bytes;
    }

    private static long segmentBytes(String text) {
        long bytes = bytes("segments.size", text);
        if (bytes < MIN_SEGMENT_BYTES) {
            throw new IllegalArgumentException("segments.size is '" + text + "', but must be at least 1Mi");
        }
        return bytes;
    }

    private static OptionalLong messages(@Nullable Long limit) {
        if (limit == null) {
            return OptionalLong.empty();
        }
        if (limit <= 0) {
            throw new IllegalArgumentException("limits.messagesPerNode is " + limit + ", but must be more than 0");
        }
        return OptionalLong.of(limit);
    }

    private static URI gateway(String text) {
        URI uri = of("gateway", () -> URI.create(text));
        String scheme = uri.getScheme();
        if (uri.getHost() == null || scheme == null || !(scheme.equals("https") || scheme.equals("http"))) {
            throw new IllegalArgumentException("gateway is '" + text + "', but must be an http or https address");
        }
        return uri;
    }

    private static <T> T of(String field, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(field + ": " + e.getMessage(), e);
        }
    }

    private static void required(String field, @Nullable Object value) {
        if (value == null || value.equals("")) {
            throw new IllegalArgumentException(field + " is missing");
        }
    }
}
