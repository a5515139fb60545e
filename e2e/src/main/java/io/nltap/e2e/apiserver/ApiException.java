// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.apiserver;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A request that is answered with a {@code Status} of failure, in the words and codes of the real API server. */
final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;
    private final String reason;

    private ApiException(int code, String reason, String message) {
        super(message, null, false, false);
        this.code = code;
        this.reason = reason;
    }

    static ApiException notFound(ResourceKind kind, String name) {
        return new ApiException(404, "NotFound", "%s \"%s\" not found".formatted(kind.qualifiedPlural(), name));
    }

    static ApiException unknownPath(String path) {
        return new ApiException(
                404, "NotFound", "the server could not find the requested resource (%s)".formatted(path));
    }

    static ApiException alreadyExists(ResourceKind kind, String name) {
        return new ApiException(
                409, "AlreadyExists", "%s \"%s\" already exists".formatted(kind.qualifiedPlural(), name));
    }

    static ApiException conflict(ResourceKind kind, String name, String why) {
        return new ApiException(
                409,
                "Conflict",
                "Operation cannot be fulfilled on %s \"%s\": %s".formatted(kind.qualifiedPlural(), name, why));
    }

    static ApiException forbidden(String message) {
        return new ApiException(403, "Forbidden", message);
    }

    static ApiException badRequest(String message) {
        return new ApiException(400, "BadRequest", message);
    }

    static ApiException invalid(ResourceKind kind, String name, String what) {
        return new ApiException(422, "Invalid", "%s \"%s\" is invalid: %s".formatted(kind.kind(), name, what));
    }

    static ApiException unsupportedMediaType(String type) {
        return new ApiException(
                415, "UnsupportedMediaType", "the body of the request was in an unknown format: " + type);
    }

    static ApiException methodNotAllowed(String method) {
        return new ApiException(405, "MethodNotAllowed", "the server does not allow this method: " + method);
    }

    static ApiException expired(long oldest) {
        return new ApiException(
                410, "Expired", "too old resource version: the oldest still known is %d".formatted(oldest));
    }

    int code() {
        return code;
    }

    ObjectNode status() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("apiVersion", "v1")
                .put("kind", "Status")
                .put("status", "Failure")
                .put("message", getMessage())
                .put("reason", reason)
                .put("code", code);
    }
}
