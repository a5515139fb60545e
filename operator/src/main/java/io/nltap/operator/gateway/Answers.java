// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.gateway;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nltap.operator.store.Content;
import io.nltap.operator.store.StoreProblem;
import io.nltap.operator.store.UploadRoute;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** How outcomes are told over HTTP. */
final class Answers {

    private Answers() {}

    static Response refuse(Refusal refusal) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("error", refusal.error());
        if (refusal.retry()) {
            body.put("retry", true);
        }
        Response.ResponseBuilder response = json(refusal.status(), body);
        if (refusal.status() == 401) {
            response.header("WWW-Authenticate", "Bearer");
        }
        return response.build();
    }

    static Response refuse(int status, String error) {
        return refuse(Refusal.of(status, error));
    }

    static Response refuse(StoreProblem problem) {
        return refuse(
                switch (problem.kind()) {
                    case CONFLICT -> 409;
                    case TOO_LARGE -> 413;
                    case DAMAGED -> 400;
                    case FULL -> 507;
                    case UNAVAILABLE -> 503;
                },
                problem.message());
    }

    /** @param status 200 when it was there before, 201 when it is there now */
    static Response has(int status, Content content) {
        return json(
                        status,
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("size", content.size())
                                .put("sha256", content.sha256()))
                .build();
    }

    static Response bringItHere() {
        return json(202, JsonNodeFactory.instance.objectNode().put("to", "gateway"))
                .build();
    }

    static Response bringItThere(UploadRoute.Presigned there) {
        ObjectNode body = JsonNodeFactory.instance
                .objectNode()
                .put("to", "store")
                .put("url", there.url().toString());
        ObjectNode headers = body.putObject("headers");
        there.headers().forEach(headers::put);
        // The address is a credential.
        return json(202, body).header("Cache-Control", "no-store").build();
    }

    private static Response.ResponseBuilder json(int status, ObjectNode body) {
        return Response.status(status).type(MediaType.APPLICATION_JSON_TYPE).entity(body.toString());
    }
}
