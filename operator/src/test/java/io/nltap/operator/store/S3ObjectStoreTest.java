// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.store;

import static io.nltap.operator.store.Samples.bytes;
import static io.nltap.operator.store.Samples.contentOf;
import static io.nltap.operator.store.Samples.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nltap.api.v1alpha1.S3Store;
import io.nltap.operator.store.StoreProblem.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

class S3ObjectStoreTest {
    private static final byte[] BYTES = bytes(1, 300_000);
    private static final S3Connector CONNECTOR = new S3Connector(new StoreAuthorities(Optional.empty()));
    private static final S3Credentials RIGHT =
            new S3Credentials(S3Server.ACCESS_KEY, S3Server.SECRET_KEY, Optional.empty());

    @TempDir
    private static Path root;

    private static S3Server server;

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private String prefix;
    private ObjectStore store;

    @BeforeAll
    static void start() throws Exception {
        server = S3Server.start(root, 0);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @BeforeEach
    void open(TestInfo test) {
        prefix = "clusters/" + test.getTestMethod().orElseThrow().getName();
        store = opened(CONNECTOR.connect(place(server.address(), prefix), Optional.of(RIGHT)));
    }

    @AfterEach
    void close() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    @Test
    void takesAFileAtASignedAddressAndFindsItThere() throws Exception {
        UploadRoute.Presigned route = route(contentOf(BYTES));

        int status = put(route.url(), route.headers(), BYTES);

        assertThat(status).isEqualTo(200);
        assertThat(root.resolve(S3Server.BUCKET + "/" + prefix + "/" + key(0))).hasBinaryContent(BYTES);
        assertThat(store.routeFor(key(0), contentOf(BYTES))).isEqualTo(new UploadRoute.AlreadyThere());
        assertThat(store.find(key(0))).isEqualTo(new Lookup.Found(BYTES.length));
    }

    @Test
    void signsSizeDigestAndThatNothingIsOverwritten() {
        UploadRoute.Presigned route = route(contentOf(BYTES));

        assertThat(route.headers())
                .containsEntry("content-length", "300000")
                .containsEntry("x-amz-checksum-sha256", contentOf(BYTES).base64())
                .containsEntry("if-none-match", "*")
                .doesNotContainKeys("host", "Host");
        assertThat(route.url().getQuery()).contains("X-Amz-Expires=600").doesNotContain(S3Server.SECRET_KEY);
    }

    @Test
    void givesAFileAtASignedAddress() throws Exception {
        UploadRoute.Presigned route = route(contentOf(BYTES));
        put(route.url(), route.headers(), BYTES);

        DownloadRoute.Presigned download = (DownloadRoute.Presigned) store.download(key(0));

        HttpResponse<byte[]> got =
                http.send(HttpRequest.newBuilder(download.url()).build(), BodyHandlers.ofByteArray());
        assertThat(got.body()).isEqualTo(BYTES);
    }

    @Test
    void keepsWhatTheOperatorItselfHasMade() throws Exception {
        assertThat(store.put(key(0), contentOf(BYTES), BYTES)).isEqualTo(new Receipt.Stored());
        assertThat(store.put(key(0), contentOf(BYTES), BYTES)).isEqualTo(new Receipt.Stored());
        byte[] other = bytes(2, BYTES.length);

        Receipt receipt = store.put(key(0), contentOf(other), other);

        assertThat(receipt)
                .isInstanceOfSatisfying(
                        Receipt.NotStored.class,
                        no -> assertThat(no.problem().kind()).isEqualTo(Kind.CONFLICT));
        try (InputStream there = store.open(key(0))) {
            assertThat(there.readAllBytes()).isEqualTo(BYTES);
        }
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> store.open(key(7)));
    }

    @Test
    void theStoreRefusesATruncatedBody() throws Exception {
        UploadRoute.Presigned route = route(contentOf(BYTES));

        int status = put(route.url(), route.headers(), Arrays.copyOf(BYTES, 100_000));

        assertThat(status).isEqualTo(403); // the size is signed
        assertNothingIsStored();
    }

    @Test
    void theStoreRefusesATamperedBody() throws Exception {
        UploadRoute.Presigned route = route(contentOf(BYTES));
        byte[] tampered = BYTES.clone();
        tampered[123] ^= 1;

        int status = put(route.url(), route.headers(), tampered);

        assertThat(status).isEqualTo(400); // BadDigest
        assertNothingIsStored();
    }

    @Test
    void theStoreRefusesAnotherDigestThanTheSignedOne() throws Exception {
        UploadRoute.Presigned route = route(contentOf(BYTES));
        byte[] other = bytes(2, BYTES.length);
        Map<String, String> headers = new HashMap<>(route.headers());
        headers.put("x-amz-checksum-sha256", contentOf(other).base64());

        int status = put(route.url(), headers, other);

        assertThat(status).isEqualTo(403);
        assertNothingIsStored();
    }

    @Test
    void theStoreRefusesToOverwrite() throws Exception {
        UploadRoute.Presigned first = route(contentOf(BYTES));
        UploadRoute.Presigned second = route(contentOf(bytes(2, 1000)));
        put(first.url(), first.headers(), BYTES);

        int status = put(second.url(), second.headers(), bytes(2, 1000));

        assertThat(status).isEqualTo(412);
        assertThat(problem(store.routeFor(key(0), contentOf(bytes(2, 1000)))))
                .isEqualTo(new StoreProblem(
                        Kind.CONFLICT,
                        "the store holds another file under shop/slow-dns/uid-1/node-1/0.pcapng.zst, of 300000 bytes,"
                                + " and keeps it; the one offered has "
                                + contentOf(bytes(2, 1000))));
    }

    @Test
    void tellsFilesOfTheSameSizeApart() throws Exception {
        UploadRoute.Presigned route = route(contentOf(BYTES));
        put(route.url(), route.headers(), BYTES);

        UploadRoute other = store.routeFor(key(0), contentOf(bytes(2, BYTES.length)));

        assertThat(problem(other).kind()).isEqualTo(Kind.CONFLICT);
        assertThat(problem(other).message()).contains("of the same size");
    }

    @Test
    void noticesAFileThatWasChangedInTheStore() throws Exception {
        UploadRoute.Presigned route = route(contentOf(BYTES));
        put(route.url(), route.headers(), BYTES);
        Files.write(root.resolve(S3Server.BUCKET + "/" + prefix + "/" + key(0)), bytes(2, 10));

        UploadRoute changed = store.routeFor(key(0), contentOf(BYTES));

        assertThat(problem(changed).kind()).isEqualTo(Kind.CONFLICT);
    }

    @Test
    void saysWhenTheSecretIsWrong() {
        ObjectStore wrong = opened(CONNECTOR.connect(
                place(server.address(), ""), Optional.of(new S3Credentials("access", "wrong", Optional.empty()))));

        UploadRoute route = wrong.routeFor(key(0), contentOf(BYTES));
        Lookup lookup = wrong.find(key(0));

        assertThat(problem(route).kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(problem(route).message())
                .startsWith("bucket artifacts at " + server.address() + " answered the operator with 403"
                        + " SignatureDoesNotMatch")
                .endsWith("check the keys in the Secret s3-keys of the operator's namespace, and the clocks");
        assertThat(lookup).isInstanceOf(Lookup.Unknown.class);
    }

    @Test
    void saysWhenTheServiceIsDownAndGoesOnWhenItIsUp() throws Exception {
        int port = S3Server.freePort();
        ObjectStore late =
                opened(CONNECTOR.connect(place(URI.create("http://127.0.0.1:" + port), ""), Optional.of(RIGHT)));

        UploadRoute down = late.routeFor(key(0), contentOf(BYTES));
        opened(S3Server.start(root, port));
        UploadRoute up = late.routeFor(key(0), contentOf(BYTES));

        assertThat(problem(down).kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(problem(down).message()).contains("cannot be used").contains("check endpoint and region");
        assertThat(up).isInstanceOf(UploadRoute.Presigned.class);
    }

    @Test
    void refusesAKeyThatNoServiceTakes() {
        ObjectStore deep = opened(CONNECTOR.connect(place(server.address(), "p".repeat(1000)), Optional.of(RIGHT)));

        UploadRoute route = deep.routeFor(key(0), contentOf(BYTES));

        assertThat(problem(route).message()).contains("longer than the 1024 bytes");
    }

    @Test
    void takesNoBytesItself() throws IOException {
        Receipt receipt = store.take(key(0), contentOf(BYTES), java.io.InputStream.nullInputStream());

        assertThat(receipt).isInstanceOf(Receipt.NotStored.class);
    }

    private void assertNothingIsStored() {
        assertThat(store.find(key(0))).isEqualTo(new Lookup.Absent());
    }

    private UploadRoute.Presigned route(Content content) {
        return (UploadRoute.Presigned) store.routeFor(key(0), content);
    }

    private int put(URI url, Map<String, String> headers, byte[] body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(url).PUT(BodyPublishers.ofByteArray(body));
        headers.forEach((name, value) -> {
            if (!name.equalsIgnoreCase("content-length")) {
                request.header(name, value);
            }
        });
        return http.send(request.build(), BodyHandlers.discarding()).statusCode();
    }

    private <T extends AutoCloseable> T opened(T one) {
        opened.push(one);
        return one;
    }

    private static S3Store place(URI endpoint, String prefix) {
        return new S3Store(endpoint.toString(), "us-east-1", S3Server.BUCKET, prefix, true, "s3-keys");
    }

    private static StoreProblem problem(UploadRoute route) {
        assertThat(route).isInstanceOf(UploadRoute.No.class);
        return ((UploadRoute.No) route).problem();
    }
}
