// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.upload;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends one request and waits for the whole answer, but not for ever: {@link HttpRequest.Builder#timeout} would either
 * cut off large files on slow lines or wait hours for a dead server, and does not cover the body of the answer.
 *
 * <p>Does not send {@code Expect: 100-continue}: of an answer other than 100 the JDK 17 client reads the head, but never
 * the body.
 */
final class PatientHttp {

    /** A file is given up when it moves more slowly than this, in bytes per second, over its whole length. */
    private static final long SLOWEST = 64 * 1024;

    private final HttpClient client;
    private final Duration patience;

    /** @param patience how long the other side may neither take anything nor answer */
    PatientHttp(HttpClient client, Duration patience) {
        this.client = client;
        this.patience = patience;
    }

    /** @throws IOException when no answer came; says what happened */
    HttpAnswer post(URI address, Map<String, String> headers, String text) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address).POST(BodyPublishers.ofString(text));
        return send(request, headers, () -> "", () -> 0, patience.toMillis());
    }

    /** @throws IOException when the file cannot be read or no answer came; says what happened */
    HttpAnswer put(URI address, Map<String, String> headers, Path file) throws IOException, InterruptedException {
        try (FileBody body = FileBody.open(file)) {
            HttpRequest.Builder request = HttpRequest.newBuilder(address).PUT(body.publisher());
            return send(
                    request,
                    headers,
                    () -> " after %d of %d bytes".formatted(body.taken(), body.length()),
                    body::taken,
                    patience.toMillis() + TimeUnit.SECONDS.toMillis(body.length() / SLOWEST));
        }
    }

    private HttpAnswer send(
            HttpRequest.Builder request, Map<String, String> headers, Position position, Progress progress, long limit)
            throws IOException, InterruptedException {
        for (Map.Entry<String, String> header : headers.entrySet()) {
            set(request, header.getKey(), header.getValue());
        }
        CompletableFuture<HttpResponse<String>> response = client.sendAsync(request.build(), head -> new TextBody());
        try {
            HttpResponse<String> answer = await(response, progress, limit);
            return new HttpAnswer(answer.statusCode(), answer.headers(), answer.body());
        } catch (TimeoutException e) {
            throw new IOException("no answer%s; nothing moved for %d s, or all of it too slowly"
                    .formatted(position.text(), patience.toSeconds()));
        } catch (ExecutionException e) {
            throw new IOException(describe(e.getCause() == null ? e : e.getCause()) + position.text(), e);
        } finally {
            response.cancel(true); // closes the connection when there is no answer yet
        }
    }

    private HttpResponse<String> await(CompletableFuture<HttpResponse<String>> response, Progress progress, long limit)
            throws InterruptedException, ExecutionException, TimeoutException {
        long left = limit;
        while (true) {
            long before = progress.bytes();
            long wait = Math.min(patience.toMillis(), left);
            try {
                return response.get(wait, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                left -= wait;
                if (progress.bytes() == before || left <= 0) {
                    throw e;
                }
            }
        }
    }

    private static void set(HttpRequest.Builder request, String name, String value) throws IOException {
        try {
            request.setHeader(name, value);
        } catch (IllegalArgumentException e) {
            // The JDK's message repeats the value, which may be a token.
            throw new IOException("the value of the header %s cannot be sent".formatted(name));
        }
    }

    /** What failed, in words: the JDK often leaves the message to the cause, or has none at all. */
    static String describe(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = cause.getMessage();
            if (message != null) {
                return cause.getClass() == IOException.class
                        ? message
                        : cause.getClass().getSimpleName() + ": " + message;
            }
        }
        return failure.getClass().getSimpleName();
    }

    private interface Position {
        String text();
    }

    private interface Progress {
        long bytes();
    }
}
