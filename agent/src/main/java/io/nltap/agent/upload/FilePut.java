// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.upload;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Puts a file to an address, and waits for the answer, but not for ever: {@link HttpRequest.Builder#timeout} alone would
 * either cut off large files on slow lines or wait hours for a dead server.
 */
final class FilePut {

    /** A file is given up when it moves more slowly than this, in bytes per second, over its whole length. */
    private static final long SLOWEST = 64 * 1024;

    private final HttpClient client;
    private final Duration patience;

    /** @param patience how long the other side may neither take anything nor answer */
    FilePut(HttpClient client, Duration patience) {
        this.client = client;
        this.patience = patience;
    }

    /**
     * Asks first ({@code Expect: 100-continue}), so that an answer other than "go on" costs nothing; follows no
     * redirect.
     *
     * @throws IOException when no answer came; says what happened
     */
    HttpAnswer send(URI address, Map<String, String> headers, Path file) throws IOException, InterruptedException {
        try (FileBody body = FileBody.open(file)) {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(address).expectContinue(true).PUT(body.publisher());
            for (Map.Entry<String, String> header : headers.entrySet()) {
                set(request, header.getKey(), header.getValue());
            }
            CompletableFuture<HttpResponse<String>> response =
                    client.sendAsync(request.build(), head -> new TextBody());
            try {
                return await(response, body);
            } finally {
                response.cancel(true); // closes the connection when there is no answer yet
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

    private HttpAnswer await(CompletableFuture<HttpResponse<String>> response, FileBody body)
            throws IOException, InterruptedException {
        long left = patience.toMillis() + TimeUnit.SECONDS.toMillis(body.length() / SLOWEST);
        long seen = -1;
        while (body.taken() != seen && left > 0) {
            seen = body.taken();
            long wait = Math.min(patience.toMillis(), left);
            left -= wait;
            try {
                HttpResponse<String> answer = response.get(wait, TimeUnit.MILLISECONDS);
                return new HttpAnswer(answer.statusCode(), answer.headers(), answer.body());
            } catch (TimeoutException e) {
                continue; // look whether anything has moved
            } catch (ExecutionException e) {
                throw new IOException(describe(e.getCause() == null ? e : e.getCause()), e);
            }
        }
        throw new IOException("no answer after %d of %d bytes; nothing moved for %d s, or all of it too slowly"
                .formatted(body.taken(), body.length(), patience.toSeconds()));
    }

    /** What failed, in words: the JDK often leaves the message to the cause, or has none at all. */
    static String describe(Throwable failure) {
        Throwable cause = failure;
        while (cause.getMessage() == null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String name = cause.getClass().getSimpleName();
        String message = cause.getMessage();
        if (message == null) {
            return name;
        }
        return cause.getClass() == IOException.class ? message : name + ": " + message;
    }
}
