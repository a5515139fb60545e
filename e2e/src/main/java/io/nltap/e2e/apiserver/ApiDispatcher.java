// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.apiserver;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.mockwebserver.http.Dispatcher;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.fabric8.zjsonpatch.JsonPatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Maps requests to the store: verb and path in, JSON out. */
final class ApiDispatcher extends Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(ApiDispatcher.class);
    private static final String JSON = "application/json";
    private static final String JSON_PATCH = "application/json-patch+json";
    private static final String MERGE_PATCH = "application/merge-patch+json";
    private static final String STRATEGIC_MERGE_PATCH = "application/strategic-merge-patch+json";
    private static final Set<String> APPLY =
            Set.of("application/apply-patch+yaml", "application/apply-patch+json", "application/apply-patch");

    private final ObjectMapper json = new ObjectMapper();
    private final ObjectMapper yaml = new YAMLMapper();
    private final ObjectStore store;
    private final ResourceKinds kinds;
    private final Objects objects;
    private final Reviews reviews;
    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
    private final ExecutorService watchSender = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "apiserver-watch-sender");
        thread.setDaemon(true);
        return thread;
    });

    ApiDispatcher(ObjectStore store, ResourceKinds kinds, Objects objects, Reviews reviews) {
        this.store = store;
        this.kinds = kinds;
        this.objects = objects;
        this.reviews = reviews;
    }

    @Override
    public MockResponse dispatch(RecordedRequest request) {
        try {
            return route(request);
        } catch (ApiException e) {
            return answer(e.code(), e.status());
        } catch (JsonProcessingException e) {
            ApiException bad = ApiException.badRequest("the body of the request cannot be parsed: " + e.getMessage());
            return answer(bad.code(), bad.status());
        } catch (IOException | RuntimeException e) {
            LOG.atError()
                    .addKeyValue("method", request.getMethod())
                    .addKeyValue("path", request.getPath())
                    .setCause(e)
                    .log("request failed");
            return answer(
                    500,
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("apiVersion", "v1")
                            .put("kind", "Status")
                            .put("status", "Failure")
                            .put("code", 500)
                            .put("message", e.toString()));
        }
    }

    @Override
    public void shutdown() {
        disconnectWatches();
        watchSender.shutdown();
    }

    void disconnectWatches() {
        watches.forEach(Watch::disconnect);
    }

    private MockResponse route(RecordedRequest request) throws IOException {
        Optional<ApiPath> parsed = ApiPath.parse(request.getPath());
        if (parsed.isEmpty()) {
            return root(request.getPath());
        }
        ApiPath path = parsed.get();
        if (path.plural().isEmpty()) {
            return answer(
                    200,
                    kinds.resources(path.group(), path.version())
                            .orElseThrow(() -> ApiException.unknownPath(request.getPath())));
        }
        if (request.getMethod().equals("POST")) {
            Optional<ObjectNode> answer = review(path, body(request));
            if (answer.isPresent()) {
                return answer(201, answer.get());
            }
        }
        ResourceKind kind = kinds.find(path.group(), path.version(), path.plural())
                .orElseThrow(() -> ApiException.unknownPath(request.getPath()));
        if (!path.subresource().isEmpty() && !(path.subresource().equals("status") && kind.statusSubresource())) {
            throw ApiException.unknownPath(request.getPath());
        }
        ObjectKey key = new ObjectKey(kind.group(), kind.plural(), path.namespace(), path.name());
        return byVerb(request, path, kind, key);
    }

    private MockResponse byVerb(RecordedRequest request, ApiPath path, ResourceKind kind, ObjectKey key)
            throws IOException {
        boolean collection = path.name().isEmpty();
        boolean dryRun = path.parameter("dryRun").isPresent();
        switch (request.getMethod().toUpperCase(Locale.ROOT)) {
            case "GET":
                if (path.flag("watch")) {
                    return watch(kind, path);
                }
                return answer(200, collection ? list(kind, path) : get(kind, key));
            case "POST":
                return answer(201, objects.create(kind, path.namespace(), body(request), dryRun));
            case "PUT":
                return answer(200, objects.replace(kind, key, path.subresource(), body(request), dryRun));
            case "PATCH":
                return patch(request, path, kind, key, dryRun);
            case "DELETE":
                return answer(200, collection ? deleteAll(request, kind, path) : delete(request, kind, key));
            default:
                throw ApiException.methodNotAllowed(request.getMethod());
        }
    }

    private MockResponse patch(RecordedRequest request, ApiPath path, ResourceKind kind, ObjectKey key, boolean dryRun)
            throws IOException {
        String type = mediaType(request);
        if (APPLY.contains(type)) {
            String manager = path.parameter("fieldManager")
                    .orElseThrow(() -> ApiException.badRequest("fieldManager is required for apply patch"));
            boolean existed = store.get(key).isPresent();
            ObjectNode config = Objects.requireObject(yaml.readTree(text(request)));
            return answer(existed ? 200 : 201, objects.apply(kind, key, path.subresource(), manager, config, dryRun));
        }
        JsonNode body = json.readTree(text(request));
        return answer(200, objects.patch(kind, key, path.subresource(), dryRun, change(type, body)));
    }

    private static UnaryOperator<ObjectNode> change(String type, JsonNode body) {
        return switch (type) {
            case JSON_PATCH -> live -> Objects.requireObject(JsonPatch.apply(body, live));
            // Only kinds that are built in know strategic merging; the clients here send whole lists.
            case MERGE_PATCH, STRATEGIC_MERGE_PATCH -> live -> Objects.requireObject(MergePatch.apply(live, body));
            default -> throw ApiException.unsupportedMediaType(type);
        };
    }

    private ObjectNode get(ResourceKind kind, ObjectKey key) {
        return store.get(key).orElseThrow(() -> ApiException.notFound(kind, key.name()));
    }

    private ObjectNode list(ResourceKind kind, ApiPath path) {
        synchronized (store) {
            ObjectNode list = JsonNodeFactory.instance
                    .objectNode()
                    .put("apiVersion", kind.apiVersion())
                    .put("kind", kind.kind() + "List");
            list.putObject("metadata").put("resourceVersion", Long.toString(store.version()));
            ArrayNode items = list.putArray("items");
            selected(kind, path).forEach(entry -> items.add(entry.getValue()));
            return list;
        }
    }

    private List<Map.Entry<ObjectKey, ObjectNode>> selected(ResourceKind kind, ApiPath path) {
        Predicate<JsonNode> selector =
                Selector.labels(path.parameter("labelSelector")).and(Selector.fields(path.parameter("fieldSelector")));
        return store.list(kind, path.namespace()).stream()
                .filter(entry -> selector.test(entry.getValue()))
                .toList();
    }

    private ObjectNode delete(RecordedRequest request, ResourceKind kind, ObjectKey key) throws IOException {
        return objects.delete(kind, key, options(request)).orElseGet(ApiDispatcher::success);
    }

    private ObjectNode deleteAll(RecordedRequest request, ResourceKind kind, ApiPath path) throws IOException {
        JsonNode options = options(request);
        synchronized (store) {
            for (var entry : selected(kind, path)) {
                objects.delete(kind, entry.getKey(), options);
            }
        }
        return success();
    }

    private MockResponse watch(ResourceKind kind, ApiPath path) {
        Watch watch = new Watch(store, kind, path, watchSender, watches::remove);
        watches.add(watch);
        return new MockResponse().withWebSocketUpgrade(watch);
    }

    private MockResponse root(String uri) {
        String path = uri.contains("?") ? uri.substring(0, uri.indexOf('?')) : uri;
        switch (path) {
            case "/api":
                ObjectNode versions = JsonNodeFactory.instance.objectNode().put("kind", "APIVersions");
                versions.putArray("versions").add("v1");
                return answer(200, versions);
            case "/apis":
                return answer(200, kinds.groups());
            case "/version":
                return answer(
                        200,
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("major", "1")
                                .put("minor", "30")
                                .put("gitVersion", "v1.30.0+embedded"));
            case "/healthz", "/livez", "/readyz":
                return new MockResponse().setResponseCode(200).setBody("ok");
            default:
                throw ApiException.unknownPath(path);
        }
    }

    private Optional<ObjectNode> review(ApiPath path, ObjectNode body) {
        return switch (path.group() + "/" + path.plural()) {
            case "authentication.k8s.io/tokenreviews" -> Optional.of(reviews.tokenReview(body));
            case "authorization.k8s.io/subjectaccessreviews" -> Optional.of(reviews.accessReview(body));
            case "authorization.k8s.io/selfsubjectrulesreviews" -> Optional.of(reviews.ownRules(body));
            default -> Optional.empty();
        };
    }

    private ObjectNode body(RecordedRequest request) throws IOException {
        ObjectMapper mapper = mediaType(request).contains("yaml") ? yaml : json;
        return Objects.requireObject(mapper.readTree(text(request)));
    }

    private JsonNode options(RecordedRequest request) throws IOException {
        String text = text(request);
        return text.isBlank() ? JsonNodeFactory.instance.objectNode() : json.readTree(text);
    }

    private static String text(RecordedRequest request) {
        return request.getBody() == null ? "" : new String(request.getBody().getBytes(), StandardCharsets.UTF_8);
    }

    private static String mediaType(RecordedRequest request) {
        String header = request.getHeader("Content-Type");
        if (header == null) {
            return JSON;
        }
        int parameters = header.indexOf(';');
        return (parameters < 0 ? header : header.substring(0, parameters))
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    private static ObjectNode success() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("apiVersion", "v1")
                .put("kind", "Status")
                .put("status", "Success");
    }

    private static MockResponse answer(int code, JsonNode body) {
        return new MockResponse()
                .setResponseCode(code)
                .setHeader("Content-Type", JSON)
                .setBody(body.toString());
    }
}
