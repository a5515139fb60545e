// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.gateway;

import io.nltap.api.v1alpha1.ArtifactKey;
import io.nltap.operator.store.Content;
import io.nltap.operator.store.Download;
import io.nltap.operator.store.DownloadRoute;
import io.nltap.operator.store.Receipt;
import io.nltap.operator.store.UploadRoute;
import io.smallrye.common.annotation.Blocking;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jboss.resteasy.reactive.PathPart;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** The addresses of artifacts. */
@Path("/artifacts/{key: .+}")
@Blocking
public final class ArtifactResource {
    private static final Logger LOG = LoggerFactory.getLogger(ArtifactResource.class);

    /** A page gets an origin of its own, reaches nothing, and has only what is in itself. */
    private static final String CONTENT_POLICY =
            "sandbox allow-scripts; default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline';"
                    + " img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final AgentDoor agents;
    private final UserDoor users;
    private final ArtifactUploads uploads;
    private final ArtifactSearch search;

    ArtifactResource(AgentDoor agents, UserDoor users, ArtifactUploads uploads, ArtifactSearch search) {
        this.agents = agents;
        this.users = users;
        this.uploads = uploads;
        this.search = search;
    }

    /** An agent says what it has, and is told where to bring it, or that it is there. */
    @POST
    @Consumes(MediaType.WILDCARD)
    public Response offer(
            @PathParam("key") String path,
            @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable String authorization,
            InputStream body)
            throws IOException {
        Optional<ArtifactKey> key = ArtifactKey.parse(path);
        if (key.isEmpty()) {
            return noSuchKey();
        }
        Access access = agents.open(BearerToken.of(authorization), key.get());
        if (access instanceof Access.Denied denied) {
            return refuse("Upload refused", key.get(), denied);
        }
        Optional<Content> content = Offer.read(body);
        return content.isPresent()
                ? answer(key.get(), content.get(), uploads.route(key.get(), content.get()))
                : Answers.refuse(400, "want {\"size\": <bytes>, \"sha256\": \"<64 lower-case hexadecimal digits>\"}");
    }

    private static Response answer(ArtifactKey key, Content content, UploadRoute route) {
        if (route instanceof UploadRoute.No no) {
            LOG.atWarn()
                    .addKeyValue("key", key)
                    .addKeyValue("reason", no.problem().message())
                    .log("Store takes no file");
            return Answers.refuse(no.problem());
        }
        if (route instanceof UploadRoute.Presigned there) {
            return Answers.bringItThere(there);
        }
        if (route instanceof UploadRoute.Take) {
            return Answers.bringItHere();
        }
        LOG.atInfo().addKeyValue("key", key).addKeyValue("size", content.size()).log("Artifact is in the store");
        return Answers.has(200, content);
    }

    /** An agent brings a file. */
    @PUT
    @Consumes(MediaType.WILDCARD)
    public Response take(
            @PathParam("key") String path,
            @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable String authorization,
            @HeaderParam(HttpHeaders.CONTENT_LENGTH) @Nullable Long length,
            @HeaderParam("Content-Digest") @Nullable String digest,
            @Context HttpServerRequest request,
            InputStream body) {
        Optional<ArtifactKey> key = ArtifactKey.parse(path);
        if (key.isEmpty()) {
            return unread(request, noSuchKey());
        }
        Access access = agents.open(BearerToken.of(authorization), key.get());
        if (access instanceof Access.Denied denied) {
            return unread(request, refuse("Upload refused", key.get(), denied));
        }
        Optional<String> sha256 = Optional.ofNullable(digest).flatMap(ContentDigest::sha256);
        if (length == null || length < 0 || sha256.isEmpty()) {
            return unread(
                    request,
                    Answers.refuse(
                            400, "want the headers Content-Length and Content-Digest: sha-256=:<base64>: (RFC 9530)"));
        }
        Content content = new Content(length, sha256.get());
        Receipt receipt = uploads.take(key.get(), content, body);
        if (receipt instanceof Receipt.NotStored no) {
            LOG.atWarn()
                    .addKeyValue("key", key.get())
                    .addKeyValue("reason", no.problem().message())
                    .log("Artifact not stored");
            return unread(request, Answers.refuse(no.problem()));
        }
        LOG.atInfo().addKeyValue("key", key.get()).addKeyValue("size", length).log("Artifact is in the store");
        return Answers.has(201, content);
    }

    /**
     * Who is still sending shall not take the rest of the file for another request. In HTTP/2 every request has a stream of
     * its own, and this header makes an answer malformed (RFC 9113, 8.2.2).
     */
    private static Response unread(HttpServerRequest request, Response response) {
        if (request.version() == HttpVersion.HTTP_2) {
            return response;
        }
        return Response.fromResponse(response).header("Connection", "close").build();
    }

    /** A user fetches a file, or a part of it. */
    @GET
    public Response get(
            @PathParam("key") String path,
            @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable String authorization,
            @HeaderParam("Range") @Nullable String range) {
        return fetch(path, authorization, (key, found) -> give(key, found, Optional.ofNullable(range)));
    }

    /** A user asks whether a file is there, and how large it is. */
    @HEAD
    public Response head(
            @PathParam("key") String path, @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable String authorization) {
        return fetch(
                path, authorization, (key, found) -> describe(key, found.size()).build());
    }

    private Response fetch(String path, @Nullable String authorization, Giving giving) {
        Optional<ArtifactKey> key = ArtifactKey.parse(path);
        if (key.isEmpty()) {
            return noSuchKey();
        }
        Access access = users.open(BearerToken.of(authorization), key.get().capture());
        if (access instanceof Access.Denied denied) {
            return refuse("Download refused", key.get(), denied);
        }
        ArtifactSearch.Result result = search.find(key.get());
        if (result instanceof ArtifactSearch.Result.Found found) {
            LOG.atInfo()
                    .addKeyValue("key", key.get())
                    .addKeyValue("user", ((Access.Granted) access).who())
                    .log("Artifact is fetched");
            return giving.give(key.get(), found);
        }
        if (result instanceof ArtifactSearch.Result.CannotSay cannot) {
            return Answers.refuse(503, "cannot say whether there is such a file: " + cannot.why());
        }
        return Answers.refuse(
                404, "there is no file %s; the status of the capture lists its files".formatted(key.get()));
    }

    private static Response give(ArtifactKey key, ArtifactSearch.Result.Found found, Optional<String> range) {
        if (found.route() instanceof DownloadRoute.Presigned there) {
            return Response.temporaryRedirect(there.url())
                    .header("Cache-Control", "no-store")
                    .build();
        }
        java.nio.file.Path file = ((DownloadRoute.Local) found.route()).file();
        Optional<ByteRange> part = range.flatMap(text -> ByteRange.of(text, found.size()));
        if (part.isEmpty()) {
            return describe(key, found.size())
                    .header("Content-Disposition", Download.of(key).disposition())
                    .entity(new PathPart(file, 0, found.size()))
                    .build();
        }
        if (part.get().length() == 0) {
            return Response.fromResponse(Answers.refuse(416, "the file has %d bytes".formatted(found.size())))
                    .header("Content-Range", "bytes */" + found.size())
                    .build();
        }
        return harmless(Response.status(206), key)
                .header("Content-Range", part.get().of(found.size()))
                .entity(new PathPart(file, part.get().first(), part.get().length()))
                .build();
    }

    private static Response.ResponseBuilder describe(ArtifactKey key, long size) {
        return harmless(Response.ok(), key).header("Accept-Ranges", "bytes").header(HttpHeaders.CONTENT_LENGTH, size);
    }

    /** Whatever names a captured process gave itself: nothing of a file runs as if it were of this server. */
    private static Response.ResponseBuilder harmless(Response.ResponseBuilder response, ArtifactKey key) {
        return response.type(Download.of(key).mediaType())
                .header("X-Content-Type-Options", "nosniff")
                .header("Content-Security-Policy", CONTENT_POLICY);
    }

    private static Response noSuchKey() {
        return Answers.refuse(
                404,
                "this is no artifact's key; want <namespace>/<capture>/<uid>/<node>/<n>.pcapng, <n>.pcap or"
                        + " <n>.attribution.ndjson, with .zst or .gz when it is compressed; or"
                        + " <namespace>/<capture>/<uid>/report.html, summary.json, changes.ndjson or manifest.json");
    }

    private static Response refuse(String what, ArtifactKey key, Access.Denied denied) {
        // Whoever reaches the port can send requests without a token, as many as they like.
        LOG.atLevel(denied.refusal().status() == 401 ? Level.DEBUG : Level.WARN)
                .addKeyValue("key", key)
                .addKeyValue("status", denied.refusal().status())
                .addKeyValue("reason", denied.refusal().error())
                .log(what);
        return Answers.refuse(denied.refusal());
    }

    private interface Giving {
        Response give(ArtifactKey key, ArtifactSearch.Result.Found found);
    }
}
