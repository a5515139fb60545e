// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.nltap.agent.upload.GatewayAccess;
import io.nltap.agent.upload.GatewayClient;
import io.nltap.agent.upload.Upload;
import io.nltap.agent.upload.UploadAnswer;
import io.nltap.agent.upload.UploadAnswer.Refused;
import io.nltap.agent.upload.UploadAnswer.Retry;
import io.nltap.agent.upload.UploadAnswer.Stored;
import io.nltap.api.v1alpha1.ArtifactKey;
import io.nltap.api.v1alpha1.ArtifactKind;
import io.nltap.api.v1alpha1.CaptureStoreSpec;
import io.nltap.api.v1alpha1.Compression;
import io.nltap.api.v1alpha1.FilesystemStore;
import io.nltap.api.v1alpha1.S3Store;
import io.nltap.e2e.apiserver.Identity;
import io.nltap.operator.store.Content;
import io.nltap.operator.store.S3Server;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.OutputStream;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole way of a file: the agent's own client, the gateway over TLS, the stores, and a user who fetches it. */
@QuarkusTest
@TestProfile(GatewayTest.WithoutReconcilers.class)
@Timeout(120)
@WithTestResource(value = GatewayTestResource.class, scope = TestResourceScope.RESTRICTED_TO_CLASS)
class GatewayTest {
    /** They would tidy up the orders that the tests make. */
    public static final class WithoutReconcilers implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("quarkus.operator-sdk.start-operator", "false");
        }
    }

    private static final byte[] BYTES = bytes(1, 3_000_000);
    private static final String NODE = "node-1";

    Surroundings around;

    @TestHTTPResource(value = "/", tls = true)
    URL gateway;

    @TestHTTPResource(value = "/", management = true)
    URL management;

    @TempDir
    Path directory;

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private KubernetesClient client;
    private TestCaptures captures;
    private String name;
    private HttpClient http;

    @BeforeEach
    void prepare(TestInfo test) throws Exception {
        client = opened(around.server().newClient());
        captures = new TestCaptures(client);
        name = test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
        around.server().addToken("agent", Identity.podOn(NODE, "nltap", "nltap-agent", "nltap-agent-x", "nltap"));
        around.server().addToken("anna", Identity.user("anna"));
        around.server()
                .authorizeBy(spec -> spec.getUser().equals("anna")
                        || spec.getUser().equals("system:serviceaccount:nltap:nltap-agent"));
        http = HttpClient.newBuilder().sslContext(trustGateway()).build();
        Files.writeString(directory.resolve("token"), "agent");
    }

    @AfterEach
    void close() throws Exception {
        captures.deleteStores();
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    @Test
    void keepsAFileOnItsVolumeAndGivesItToAUser() throws Exception {
        captures.store(name, directoryStore());
        ArtifactKey key = captures.create(name, NODE, name);

        UploadAnswer answer = send(key, BYTES);

        assertThat(answer).isEqualTo(new Stored());
        assertThat(around.volume().resolve(name + "/" + key)).hasBinaryContent(BYTES);
        HttpResponse<byte[]> got = get(key, "anna");
        assertThat(got.statusCode()).isEqualTo(200);
        assertThat(got.body()).isEqualTo(BYTES);
        assertThat(got.headers().firstValue("Content-Disposition").orElse(""))
                .isEqualTo(
                        "attachment; filename=\"%s\"".formatted(key.toString().replace('/', '_')));
        assertThat(got.headers().firstValueAsLong("Content-Length")).hasValue(BYTES.length);
    }

    @Test
    void givesAReportAsAPageThatCanDoNothing() throws Exception {
        captures.store(name, directoryStore());
        ArtifactKey page =
                ArtifactKey.ofCapture(captures.create(name, NODE, name).capture(), ArtifactKind.REPORT);
        Path file = around.volume().resolve(name + "/" + page);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "<!doctype html>");

        HttpResponse<byte[]> got = get(page, "anna");

        assertThat(text(got)).isEqualTo("<!doctype html>");
        assertThat(got.headers().firstValue("Content-Type")).hasValue("text/html;charset=UTF-8");
        assertThat(got.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(got.headers().firstValue("Content-Security-Policy").orElse(""))
                .startsWith("sandbox allow-scripts; default-src 'none';")
                .doesNotContain("http");
        assertThat(got.headers().firstValue("Content-Disposition").orElse("")).startsWith("attachment;");
        assertThat(((Refused) send(page, BYTES)).why())
                .contains("403", "report.html is a file of the whole capture: the operator makes it");
    }

    @Test
    void takesAFileOnceHoweverOftenItIsSent() throws Exception {
        captures.store(name, directoryStore());
        ArtifactKey key = captures.create(name, NODE, name);

        List<UploadAnswer> answers = List.of(send(key, BYTES), send(key, BYTES), send(key, bytes(2, 1000)));

        assertThat(answers.subList(0, 2)).containsOnly(new Stored());
        assertThat(answers.get(2))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.why())
                                .startsWith("gateway answered 409: the store holds another file under " + key));
        assertThat(around.volume().resolve(name + "/" + key)).hasBinaryContent(BYTES);
    }

    @Test
    void sendsAnAgentToTheBucketAndAUserToo() throws Exception {
        S3Server s3 = opened(S3Server.start(directory.resolve("s3"), 0));
        secret(name, "secret");
        captures.store(name, bucket(s3.address(), name));
        ArtifactKey key = captures.create(name, NODE, name);

        List<UploadAnswer> answers = List.of(send(key, BYTES), send(key, BYTES), send(key, bytes(2, 1000)));

        assertThat(answers.subList(0, 2)).containsOnly(new Stored());
        assertThat(answers.get(2)).isInstanceOf(Refused.class);
        assertThat(directory.resolve("s3/" + S3Server.BUCKET + "/prod/" + key)).hasBinaryContent(BYTES);
        HttpResponse<byte[]> redirect = get(key, "anna");
        assertThat(redirect.statusCode()).isEqualTo(307);
        URI there = URI.create(redirect.headers().firstValue("Location").orElseThrow());
        assertThat(there.getPort()).isEqualTo(s3.address().getPort());
        HttpResponse<byte[]> got = http.send(HttpRequest.newBuilder(there).build(), BodyHandlers.ofByteArray());
        assertThat(got.body()).isEqualTo(BYTES);
    }

    @Test
    void saysThatTheSecretIsWrongAndGoesOnWhenItIsRight() throws Exception {
        S3Server s3 = opened(S3Server.start(directory.resolve("s3"), 0));
        secret(name, "wrong");
        captures.store(name, bucket(s3.address(), name));
        ArtifactKey key = captures.create(name, NODE, name);

        UploadAnswer wrong = send(key, BYTES);
        client.secrets().inNamespace("nltap").withName(name).delete();
        secret(name, "secret");
        UploadAnswer right = send(key, BYTES);

        assertThat(why(wrong))
                .startsWith("gateway answered 503: bucket artifacts at " + s3.address())
                .contains("SignatureDoesNotMatch")
                .contains("check the keys in the Secret " + name);
        assertThat(right).isEqualTo(new Stored());
    }

    @Test
    void waitsForAStoreThatIsDown() throws Exception {
        int port = S3Server.freePort();
        secret(name, "secret");
        captures.store(name, bucket(URI.create("http://127.0.0.1:" + port), name));
        ArtifactKey key = captures.create(name, NODE, name);

        UploadAnswer down = send(key, BYTES);
        opened(S3Server.start(directory.resolve("s3"), port));
        UploadAnswer up = send(key, BYTES);

        assertThat(why(down)).startsWith("gateway answered 503: bucket artifacts at http://127.0.0.1:" + port);
        assertThat(up).isEqualTo(new Stored());
    }

    @Test
    void waitsForAStoreThatDoesNotExistYet() throws Exception {
        ArtifactKey key = captures.create(name, NODE, name);

        UploadAnswer before = send(key, BYTES);
        captures.store(name, directoryStore());
        UploadAnswer after = send(key, BYTES);

        assertThat(why(before))
                .isEqualTo("gateway answered 503: there is no CaptureStore %s; create it, or name another one"
                                .formatted(name)
                        + " in spec.output.store");
        assertThat(after).isEqualTo(new Stored());
    }

    @Test
    void refusesAnAgentThatHasNoBusinessWithTheFile() throws Exception {
        captures.store(name, directoryStore());
        ArtifactKey key = captures.create(name, NODE, name);
        ArtifactKey foreign = new ArtifactKey(key.capture(), "node-2", 0, Compression.ZSTD);

        UploadAnswer answer = send(foreign, BYTES);
        HttpResponse<byte[]> put = put(foreign, "agent", digest(BYTES), BYTES);

        assertThat(answer)
                .isEqualTo(
                        new Refused("gateway answered 403: the agent on the node node-1 may not bring files of the node"
                                + " node-2"));
        assertThat(put.statusCode()).isEqualTo(403);
        assertThat(around.volume().resolve(name)).doesNotExist();
    }

    @Test
    void triesAgainWhenAPermissionIsMissing() throws Exception {
        captures.store(name, directoryStore());
        ArtifactKey key = captures.create(name, NODE, name);
        around.server().addToken("unknown", Identity.podOn(NODE, "nltap", "nltap-agent", name, "nltap"));
        Files.writeString(directory.resolve("token"), "unknown");
        around.server().authorizeBy(spec -> false);

        UploadAnswer answer = send(key, BYTES);

        assertThat(why(answer))
                .startsWith("gateway answered 403: system:serviceaccount:nltap:nltap-agent may not create");
    }

    @Test
    void triesAgainWithAnotherToken() throws Exception {
        captures.store(name, directoryStore());
        ArtifactKey key = captures.create(name, NODE, name);
        Files.writeString(directory.resolve("token"), "expired");

        UploadAnswer expired = send(key, BYTES);
        Files.writeString(directory.resolve("token"), "agent");
        UploadAnswer renewed = send(key, BYTES);

        assertThat(why(expired)).startsWith("gateway answered 401: the API server does not accept this token");
        assertThat(renewed).isEqualTo(new Stored());
    }

    @Test
    void storesNothingOfATamperedBody() throws Exception {
        captures.store(name, directoryStore());
        ArtifactKey key = captures.create(name, NODE, name);
        byte[] tampered = BYTES.clone();
        tampered[5] ^= 1;

        HttpResponse<byte[]> response = put(key, "agent", digest(BYTES), tampered);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(text(response)).contains("what arrived has SHA-256").contains("nothing was stored");
        assertNothingIsStored();
    }

    @Test
    void storesNothingOfATruncatedBody() throws Exception {
        captures.store(name, directoryStore());
        ArtifactKey key = captures.create(name, NODE, name);
        try (var socket = trustGateway().getSocketFactory().createSocket("localhost", gateway.getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(
                    ("PUT /artifacts/%s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer agent\r\nContent-Length: %d\r\n"
                                            .formatted(key, BYTES.length)
                                    + "Content-Digest: " + digest(BYTES) + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            out.write(BYTES, 0, 1_000_000);
            out.flush();
            Awaitility.await().until(() -> !incoming().isEmpty());
        }

        Awaitility.await().until(() -> incoming().isEmpty());

        assertNothingIsStored();
        assertThat(send(key, BYTES)).isEqualTo(new Stored());
    }

    @Test
    void answersOtherAddressesWithWords() throws Exception {
        for (String path : List.of(
                "/artifacts/../../etc/passwd",
                "/artifacts/%2e%2e/%2e%2e/etc/passwd",
                "/artifacts/shop/x/u/n/..%2f..%2f0.pcapng",
                "/artifacts/shop/x/u/n/00.pcapng")) {
            HttpResponse<byte[]> response =
                    http.send(request(path, "anna").GET().build(), BodyHandlers.ofByteArray());

            assertThat(response.statusCode()).as(path).isEqualTo(404);
        }
        HttpResponse<byte[]> response =
                http.send(request("/artifacts/x", "anna").GET().build(), BodyHandlers.ofByteArray());
        assertThat(text(response))
                .isEqualTo("{\"error\":\"this is no artifact's key; want"
                        + " <namespace>/<capture>/<uid>/<node>/<n>.pcapng, <n>.pcap or <n>.attribution.ndjson,"
                        + " with .zst or .gz when it is compressed; or <namespace>/<capture>/<uid>/report.html,"
                        + " summary.json, changes.ndjson or manifest.json\"}");
    }

    @Test
    void refusesUsersWithoutPermissionInWords() throws Exception {
        captures.store(name, directoryStore());
        ArtifactKey key = captures.create(name, NODE, name);
        send(key, BYTES);
        around.server().addToken("bob", Identity.user("bob"));

        HttpResponse<byte[]> nobody = http.send(
                HttpRequest.newBuilder(gateway.toURI().resolve("/artifacts/" + key))
                        .build(),
                BodyHandlers.ofByteArray());
        HttpResponse<byte[]> bob = get(key, "bob");
        HttpResponse<byte[]> agent = get(key, "agent");

        assertThat(nobody.statusCode()).isEqualTo(401);
        assertThat(nobody.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        assertThat(agent.statusCode()).isEqualTo(401);
        assertThat(bob.statusCode()).isEqualTo(403);
        assertThat(text(bob)).contains("bob may not get netlinkcaptures.nltap.io/artifacts of " + name);
    }

    @Test
    void givesPartsOfAFile() throws Exception {
        captures.store(name, directoryStore());
        ArtifactKey key = captures.create(name, NODE, name);
        send(key, BYTES);

        HttpResponse<byte[]> part = get(key, "anna", "Range", "bytes=1000000-1999999");
        HttpResponse<byte[]> end = get(key, "anna", "Range", "bytes=-7");
        HttpResponse<byte[]> beyond = get(key, "anna", "Range", "bytes=3000000-");
        HttpResponse<byte[]> head = http.send(
                request("/artifacts/" + key, "anna")
                        .method("HEAD", BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofByteArray());

        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(BYTES, 1_000_000, 2_000_000));
        assertThat(part.headers().firstValue("Content-Range")).contains("bytes 1000000-1999999/3000000");
        assertThat(end.body()).isEqualTo(Arrays.copyOfRange(BYTES, 2_999_993, 3_000_000));
        assertThat(beyond.statusCode()).isEqualTo(416);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("Content-Length")).contains("3000000");
    }

    @Test
    void findsTheFilesOfACaptureThatIsGone() throws Exception {
        S3Server s3 = opened(S3Server.start(directory.resolve("s3"), 0));
        secret(name, "secret");
        captures.store(name + "-bucket", bucket(s3.address(), name));
        captures.store(name, directoryStore());
        ArtifactKey kept = captures.create(name, NODE, name);
        ArtifactKey sent = captures.create(name + "-2", NODE, name + "-bucket");
        send(kept, BYTES);
        send(sent, BYTES);
        captures.delete(kept);
        captures.delete(sent);

        assertThat(get(kept, "anna").body()).isEqualTo(BYTES);
        assertThat(get(sent, "anna").statusCode()).isEqualTo(307);
    }

    @Test
    void saysThatAFileIsNotThereOnlyWhenAllStoresCouldBeAsked() throws Exception {
        captures.store(name, directoryStore());
        ArtifactKey key = captures.create(name, NODE, name);

        HttpResponse<byte[]> absent = get(key, "anna");
        captures.delete(key);
        captures.store(name + "-broken", bucket(URI.create("http://127.0.0.1:1"), "no-such-secret"));
        HttpResponse<byte[]> cannotSay = get(key, "anna");

        assertThat(absent.statusCode()).isEqualTo(404);
        assertThat(text(absent)).contains("there is no file " + key);
        assertThat(cannotSay.statusCode()).isEqualTo(503);
        assertThat(text(cannotSay)).contains("cannot say whether there is such a file");
    }

    @Test
    void speaksPlainHttpForHealthOnly() throws Exception {
        URI health = URI.create("http://localhost:%d/q/health/ready".formatted(management.getPort()));

        HttpResponse<String> ready =
                HttpClient.newHttpClient().send(HttpRequest.newBuilder(health).build(), BodyHandlers.ofString());

        assertThat(gateway.getProtocol()).isEqualTo("https");
        assertThat(gateway.getPort()).isNotEqualTo(management.getPort());
        assertThat(ready.body()).contains("\"status\"");
    }

    private UploadAnswer send(ArtifactKey key, byte[] bytes) throws Exception {
        Path file = Files.write(directory.resolve("segment"), bytes);
        GatewayAccess access =
                new GatewayAccess(directory.resolve("token"), Optional.of(around.certificate()), Optional.empty());
        try (GatewayClient agent = GatewayClient.open(access)) {
            return agent.send(new Upload(gateway.toURI(), key, file, bytes.length, sha256(bytes)));
        }
    }

    private HttpResponse<byte[]> put(ArtifactKey key, String token, String digest, byte[] body) throws Exception {
        return http.send(
                request("/artifacts/" + key, token)
                        .header("Content-Digest", digest)
                        .PUT(BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofByteArray());
    }

    private HttpResponse<byte[]> get(ArtifactKey key, String token, String... headers) throws Exception {
        HttpRequest.Builder request = request("/artifacts/" + key, token);
        return http.send(
                (headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofByteArray());
    }

    private HttpRequest.Builder request(String path, String token) throws Exception {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + gateway.getPort() + path))
                .header("Authorization", "Bearer " + token);
    }

    private void secret(String secret, String key) {
        client.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace("nltap")
                        .withName(secret)
                        .endMetadata()
                        .withData(Map.of("accessKeyId", base64(S3Server.ACCESS_KEY), "secretAccessKey", base64(key)))
                        .build())
                .create();
    }

    private CaptureStoreSpec directoryStore() {
        return new CaptureStoreSpec(null, new FilesystemStore(name));
    }

    private static CaptureStoreSpec bucket(URI endpoint, String secret) {
        return new CaptureStoreSpec(
                new S3Store(endpoint.toString(), "us-east-1", S3Server.BUCKET, "prod", true, secret), null);
    }

    private void assertNothingIsStored() throws Exception {
        try (Stream<Path> files = Files.walk(around.volume().resolve(name))) {
            assertThat(files.filter(Files::isRegularFile)).isEmpty();
        }
    }

    private List<Path> incoming() throws Exception {
        Path incoming = around.volume().resolve(name).resolve(".incoming");
        if (!Files.isDirectory(incoming)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(incoming)) {
            return files.toList();
        }
    }

    private SSLContext trustGateway() throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (var pem = Files.newInputStream(around.certificate())) {
            trusted.setCertificateEntry(
                    "gateway", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private <T extends AutoCloseable> T opened(T one) {
        opened.push(one);
        return one;
    }

    private static String why(UploadAnswer answer) {
        assertThat(answer).isInstanceOf(Retry.class);
        return ((Retry) answer).why();
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String digest(byte[] bytes) throws Exception {
        return "sha-256=:" + new Content(bytes.length, sha256(bytes)).base64() + ":";
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static byte[] bytes(long seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
