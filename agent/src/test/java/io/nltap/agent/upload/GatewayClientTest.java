// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nltap.agent.upload.UploadAnswer.Refused;
import io.nltap.agent.upload.UploadAnswer.Retry;
import io.nltap.agent.upload.UploadAnswer.Stored;
import io.nltap.api.v1alpha1.ArtifactKey;
import io.nltap.api.v1alpha1.CaptureRef;
import io.nltap.api.v1alpha1.Compression;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class GatewayClientTest {

    private static final ArtifactKey KEY =
            new ArtifactKey(new CaptureRef("shop", "slow-dns", "uid-1"), "node-1", 0, Compression.ZSTD);
    private static final byte[] CONTENT = content();

    @TempDir
    private Path directory;

    private final Queue<AutoCloseable> opened = new ArrayDeque<>();
    private Path token;
    private Path file;

    @BeforeEach
    void write() throws IOException {
        token = Files.writeString(directory.resolve("token"), "first-token\n");
        file = Files.write(directory.resolve("0.pcapng.zst"), CONTENT);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    @Test
    void givesTheFileToAGatewayThatTakesItItself() throws Exception {
        HttpStandIn gateway = taking(exchange -> {
            exchange.takeBody();
            exchange.answer(201, has());
        });

        UploadAnswer answer = client().send(upload(gateway));

        assertThat(answer).isEqualTo(new Stored());
        HttpStandIn.Exchange offer = gateway.exchanges().get(0);
        assertThat(offer.requestLine).isEqualTo("POST /artifacts/shop/slow-dns/uid-1/node-1/0.pcapng.zst HTTP/1.1");
        assertThat(offer.headers).containsEntry("authorization", "Bearer first-token");
        assertThat(new String(offer.body())).isEqualTo("{\"size\": 3000000, \"sha256\": \"%s\"}".formatted(sha256()));
        HttpStandIn.Exchange request = gateway.exchanges().get(1);
        assertThat(request.requestLine).isEqualTo("PUT /artifacts/shop/slow-dns/uid-1/node-1/0.pcapng.zst HTTP/1.1");
        assertThat(request.headers)
                .containsEntry("authorization", "Bearer first-token")
                .containsEntry("content-length", "" + CONTENT.length)
                .containsEntry("content-digest", "sha-256=:" + base64() + ":");
        assertThat(request.body()).isEqualTo(CONTENT);
    }

    @Test
    void goesWhereTheGatewaySendsItAndBelievesOnlyTheGateway() throws Exception {
        HttpStandIn store = standIn(exchange -> {
            exchange.takeBody();
            exchange.answer(200, "");
        });
        HttpStandIn gateway = inTurn(exchange -> sendTo(exchange, store), exchange -> exchange.answer(200, has()));

        UploadAnswer answer = client().send(upload(gateway));

        assertThat(answer).isEqualTo(new Stored());
        HttpStandIn.Exchange put = store.exchanges().get(0);
        assertThat(put.requestLine).isEqualTo("PUT /bucket/key?X-Amz-Signature=abc HTTP/1.1");
        assertThat(put.headers)
                .containsEntry("x-amz-checksum-sha256", base64())
                .containsEntry("if-none-match", "*")
                .doesNotContainKey("authorization");
        assertThat(put.body()).isEqualTo(CONTENT);
    }

    @Test
    void survivesManyFilesInARow() throws Exception {
        HttpStandIn store = standIn(exchange -> {
            exchange.takeBody();
            exchange.answer(200, "");
        });
        HttpStandIn gateway =
                inTurnForEver(exchange -> sendTo(exchange, store), exchange -> exchange.answer(200, has()));
        GatewayClient client = client();

        for (int i = 0; i < 100; i++) {
            assertThat(client.send(upload(gateway))).isEqualTo(new Stored());
        }

        assertThat(store.exchanges()).hasSize(100);
    }

    @Test
    void doesNotBelieveAStoreThatTheGatewayFindsEmpty() throws Exception {
        HttpStandIn store = standIn(exchange -> {
            exchange.takeBody();
            exchange.answer(200, "");
        });
        HttpStandIn gateway = standIn(exchange -> sendTo(exchange, store));

        UploadAnswer answer = client().send(upload(gateway));

        assertThat(why(answer)).contains("but the gateway does not find it there");
    }

    @Test
    void letsTheGatewayCompareWhatIsThereAlready() throws Exception {
        HttpStandIn store = standIn(exchange -> {
            exchange.takeBody();
            exchange.answer(412, "");
        });
        HttpStandIn gateway = inTurn(
                exchange -> sendTo(exchange, store),
                exchange -> exchange.answer(409, "{\"error\": \"the store holds another file of this name\"}"));

        UploadAnswer answer = client().send(upload(gateway));

        assertThat(answer).isEqualTo(new Refused("gateway answered 409: the store holds another file of this name"));
    }

    @Test
    void repeatsTheStoresOwnWords() throws Exception {
        HttpStandIn store = standIn(exchange -> {
            exchange.takeBody();
            exchange.answer(
                    403,
                    "<?xml version=\"1.0\"?><Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we"
                            + " calculated does not match</Message></Error>");
        });
        HttpStandIn gateway = standIn(exchange -> sendTo(exchange, store));

        UploadAnswer answer = client().send(upload(gateway));

        assertThat(why(answer))
                .isEqualTo(
                        "store at %s answered 403 SignatureDoesNotMatch: The request signature we calculated does not"
                                        .formatted(store.address())
                                + " match; check the credentials Secret of the CaptureStore, their right to put objects, and"
                                + " the clocks")
                .doesNotContain("X-Amz-Signature");
    }

    @Test
    void triesAgainWhenTheStoreRefusesBeforeItHasReadTheFile() throws Exception {
        HttpStandIn store = standIn(exchange -> exchange.answer(403, "<Error><Code>AccessDenied</Code></Error>"));
        HttpStandIn gateway = standIn(exchange -> sendTo(exchange, store));

        UploadAnswer answer = client().send(upload(gateway));

        assertThat(why(answer))
                .startsWith("store at " + store.address()); // the JDK's client may see just a broken pipe
    }

    @Test
    void followsNoRedirectOfTheStore() throws Exception {
        HttpStandIn elsewhere = standIn(exchange -> exchange.answer(200, ""));
        HttpStandIn store = standIn(exchange -> {
            exchange.takeBody();
            exchange.answer(307, "", "Location: " + elsewhere.address());
        });
        HttpStandIn gateway = standIn(exchange -> sendTo(exchange, store));

        UploadAnswer answer = client().send(upload(gateway));

        assertThat(why(answer)).contains("redirects of a store are not followed");
        assertThat(elsewhere.exchanges()).isEmpty();
    }

    @Test
    void triesAgainWhenTheStoreIsDown() throws Exception {
        HttpStandIn store = standIn(exchange -> {});
        store.close();
        HttpStandIn gateway = standIn(exchange -> sendTo(exchange, store));

        UploadAnswer answer = client().send(upload(gateway));

        assertThat(why(answer))
                .isEqualTo(
                        "store at %s cannot be reached from this node, or broke off: ConnectException after 0 of 3000000"
                                        .formatted(store.address())
                                + " bytes");
    }

    @ParameterizedTest(name = "{0} with {1}: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "403 | {\"error\": \"another node's key\"}                     | Refused",
                "409 | {\"error\": \"another file\"}                           | Refused",
                "413 | {\"error\": \"more than 2 GiB\"}                        | Refused",
                "403 | {\"error\": \"no permission yet\", \"retry\": true}     | Retry",
                "403 | <html>a proxy</html>                                    | Retry",
                "404 | not found                                               | Retry",
                "400 | {\"error\": \"damaged on its way\"}                     | Retry",
                "401 | {\"error\": \"token expired\"}                          | Retry",
                "503 | {\"error\": \"store does not answer\"}                  | Retry",
                "507 | {\"error\": \"store is full\"}                          | Retry",
                "200 | welcome                                                 | Retry",
                "201 | {\"size\": 1, \"sha256\": \"ab\"}                       | Retry",
                "204 | ''                                                      | Retry",
                "302 | ''                                                      | Retry",
                "307 | {\"to\": \"gateway\"}                                   | Retry",
                "202 | {\"to\": \"moon\"}                                      | Retry",
                "202 | {\"to\": \"store\", \"url\": \"file:///etc/passwd\"}    | Retry",
            })
    void tellsWhatIsFinalFromWhatIsNot(int status, String body, String want) throws Exception {
        HttpStandIn gateway = standIn(exchange -> exchange.answer(status, body));

        UploadAnswer answer = client().send(upload(gateway));

        assertThat(answer.getClass().getSimpleName()).isEqualTo(want);
    }

    @Test
    void doesNotBelieveASuccessWithAnotherDigest() throws Exception {
        HttpStandIn gateway = taking(exchange -> {
            exchange.takeBody();
            exchange.answer(201, "{\"size\": %d, \"sha256\": \"%s\"}".formatted(CONTENT.length, "0".repeat(64)));
        });

        UploadAnswer answer = client().send(upload(gateway));

        assertThat(why(answer)).contains("is stored with 3000000 bytes and SHA-256 000000");
    }

    @Test
    void doesNotBelieveASuccessWithoutADigest() throws Exception {
        HttpStandIn gateway = standIn(exchange -> exchange.answer(200, "{\"size\": %d}".formatted(CONTENT.length)));

        UploadAnswer answer = client().send(upload(gateway));

        assertThat(why(answer)).startsWith("gateway answered 200: this is not an answer of a gateway");
    }

    @Test
    void passesOnHowLongTheGatewayAsksToWait() throws Exception {
        HttpStandIn gateway = standIn(exchange -> exchange.answer(503, "{\"error\": \"busy\"}", "Retry-After: 7"));

        UploadAnswer answer = client().send(upload(gateway));

        assertThat(answer).isEqualTo(new Retry(Optional.of(Duration.ofSeconds(7)), "gateway answered 503: busy"));
    }

    @Test
    void readsItsTokenAgainForEachRequest() throws Exception {
        HttpStandIn gateway = standIn(exchange -> {
            Files.writeString(token, "second-token");
            exchange.answer(503, "{\"error\": \"busy\"}");
        });
        GatewayClient client = client();

        client.send(upload(gateway));
        client.send(upload(gateway));

        assertThat(gateway.exchanges())
                .extracting(exchange -> exchange.headers.get("authorization"))
                .containsExactly("Bearer first-token", "Bearer second-token");
    }

    @Test
    void triesAgainWhenTheConnectionBreaksInTheMiddle() throws Exception {
        HttpStandIn gateway = taking(exchange -> exchange.takeBody(1000));

        UploadAnswer answer = client().send(upload(gateway));

        assertThat(why(answer)).startsWith("gateway " + gateway.address() + " did not answer: ");
    }

    @Test
    void triesAgainWhenTheAnswerBreaksInTheMiddle() throws Exception {
        HttpStandIn gateway = taking(exchange -> {
            exchange.takeBody();
            exchange.write("HTTP/1.1 201 Created\r\nContent-Length: 1000\r\n\r\n{\"size\": ");
        });

        UploadAnswer answer = client().send(upload(gateway));

        assertThat(why(answer)).startsWith("gateway " + gateway.address() + " did not answer: ");
    }

    @ParameterizedTest(name = "after {0} bytes")
    @CsvSource({"0", "65536", "3000000"})
    void waitsNotForEverForAServerThatStopsInTheMiddle(int bytes) throws Exception {
        HttpStandIn gateway = taking(exchange -> {
            exchange.takeBody(bytes);
            if (bytes == CONTENT.length) {
                exchange.write("HTTP/1.1 201 Created\r\nContent-Length: 1000\r\n\r\n{\"size\": ");
            }
            exchange.hang();
        });

        UploadAnswer answer = client(Duration.ofMillis(500)).send(upload(gateway));

        assertThat(why(answer)).contains("no answer after").contains("of 3000000 bytes");
    }

    @Test
    void waitsNotForEverForAnAnswer() throws Exception {
        HttpStandIn gateway = standIn(exchange -> {
            exchange.takeBody();
            exchange.hang();
        });

        UploadAnswer answer = client(Duration.ofMillis(500)).send(upload(gateway));

        assertThat(why(answer)).contains("did not answer: no answer; nothing moved");
    }

    /** The file is much larger than what socket buffers hold, and takes longer than the client's patience. */
    @Test
    void bearsWithASlowServerAsLongAsItTakesSomething() throws Exception {
        byte[] large = new byte[64 << 20];
        Files.write(file, large);
        HttpStandIn gateway = taking(exchange -> {
            exchange.takeBodySlowly(4 << 20, Duration.ofMillis(400));
            exchange.answer(201, has(large));
        });
        Upload upload = new Upload(gateway.address(), KEY, file, large.length, sha256(large));

        UploadAnswer answer = client(Duration.ofSeconds(4)).send(upload);

        assertThat(answer).isEqualTo(new Stored());
    }

    @Test
    void takesOnlyTheBeginningOfAnEndlessAnswer() throws Exception {
        HttpStandIn gateway = standIn(exchange -> {
            exchange.write("HTTP/1.1 503 Busy\r\nContent-Length: 100000000000\r\n\r\n");
            for (int i = 0; i < 100; i++) {
                exchange.write("x".repeat(10_000));
            }
            exchange.hang();
        });

        UploadAnswer answer = client().send(upload(gateway));

        assertThat(why(answer)).startsWith("gateway answered 503: this is not an answer of a gateway");
    }

    @Test
    void isGivenUpWhenItsThreadIsInterrupted() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        HttpStandIn gateway = standIn(exchange -> {
            asked.countDown();
            exchange.hang();
        });
        GatewayClient client = client();
        Queue<Throwable> ends = new ConcurrentLinkedQueue<>();
        Thread thread = new Thread(() -> {
            try {
                client.send(upload(gateway));
            } catch (Throwable e) {
                ends.add(e);
            }
        });
        thread.start();
        asked.await();

        thread.interrupt();
        thread.join();

        assertThat(ends).singleElement().isInstanceOf(InterruptedException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "http://gateway.nltap.svc:8443",
        "http://10.0.0.1",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "ftp://localhost",
        "gateway.nltap.svc"
    })
    void sendsItsTokenOverPlainHttpToLoopbackOnly(String gateway) throws Exception {
        Upload upload = new Upload(URI.create(gateway), KEY, file, CONTENT.length, sha256());

        UploadAnswer answer = client().send(upload);

        assertThat(answer)
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.why()).contains(gateway + " is not addressed by https"));
    }

    @Test
    void trustsWhoIsVouchedForEvenWhenTheAuthorityChanges() throws Exception {
        TestAuthority authority = TestAuthority.make(directory);
        Path trusted = Files.writeString(
                directory.resolve("ca.crt"), TestAuthority.make(directory).pem());
        HttpStandIn gateway =
                opened(HttpStandIn.open(authority.sockets(), "https", exchange -> exchange.answer(200, has())));
        GatewayClient client =
                opened(GatewayClient.open(new GatewayAccess(token, Optional.of(trusted), Optional.empty())));

        UploadAnswer before = client.send(upload(gateway));
        Files.writeString(trusted, authority.pem());
        UploadAnswer after = client.send(upload(gateway));

        assertThat(why(before)).contains("SSLHandshakeException");
        assertThat(after).isEqualTo(new Stored());
        assertThat(gateway.exchanges()).hasSize(1);
    }

    @Test
    void trustsTheAuthoritiesOfTheStoreForTheStoreOnly() throws Exception {
        TestAuthority authority = TestAuthority.make(directory);
        Path trusted = Files.writeString(directory.resolve("ca.crt"), authority.pem());
        HttpStandIn store = opened(HttpStandIn.open(authority.sockets(), "https", exchange -> {
            exchange.takeBody();
            exchange.answer(200, "");
        }));
        HttpStandIn gateway = inTurn(exchange -> sendTo(exchange, store), exchange -> exchange.answer(200, has()));
        HttpStandIn impostor =
                opened(HttpStandIn.open(authority.sockets(), "https", exchange -> exchange.answer(200, has())));
        GatewayClient client =
                opened(GatewayClient.open(new GatewayAccess(token, Optional.empty(), Optional.of(trusted))));

        UploadAnswer toStore = client.send(upload(gateway));
        UploadAnswer toImpostor = client.send(upload(impostor));

        assertThat(toStore).isEqualTo(new Stored());
        assertThat(why(toImpostor)).contains("SSLHandshakeException");
    }

    @Test
    void saysWhenTheTokenIsNotThere() throws Exception {
        HttpStandIn gateway = standIn(exchange -> exchange.answer(200, has()));
        Files.delete(token);

        UploadAnswer answer = client().send(upload(gateway));

        assertThat(why(answer)).contains("NoSuchFileException: " + token).contains("agent's DaemonSet");
        assertThat(gateway.exchanges()).isEmpty();
    }

    @Test
    void givesUpAFileThatWasChangedOnTheNode() throws Exception {
        HttpStandIn gateway = taking(exchange -> {
            exchange.takeBody();
            exchange.answer(400, "{\"error\": \"the SHA-256 is another one\"}");
        });
        byte[] changed = CONTENT.clone();
        changed[7] ^= 1;
        Files.write(file, changed);

        UploadAnswer answer = client().send(upload(gateway));

        assertThat(answer)
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.why()).contains("it was changed on the node"));
    }

    @Test
    void givesUpAFileOfAnotherSizeAndOneThatIsGone() throws Exception {
        HttpStandIn gateway = standIn(exchange -> exchange.answer(200, has()));
        Files.write(file, new byte[] {1});
        UploadAnswer shorter = client().send(upload(gateway));
        Files.delete(file);

        UploadAnswer gone = client().send(upload(gateway));

        assertThat(List.of(shorter, gone))
                .allSatisfy(answer -> assertThat(answer).isInstanceOf(Refused.class));
        assertThat(gateway.exchanges()).isEmpty();
    }

    @Test
    void refusesToBeUsedWithATokenThatIsNoHeader() throws Exception {
        HttpStandIn gateway = standIn(exchange -> exchange.answer(200, has()));
        Files.writeString(token, "secret\nsecond line");

        UploadAnswer answer = client().send(upload(gateway));

        assertThat(why(answer)).contains("header Authorization cannot be sent").doesNotContain("secret");
    }

    @Test
    void wantsADigestOfAFile() {
        assertThatThrownBy(() -> new Upload(URI.create("https://g"), KEY, file, -1, sha256()))
                .hasMessageContaining("size of " + file + " is negative");
    }

    private GatewayClient client() {
        return client(Duration.ofSeconds(20));
    }

    private GatewayClient client(Duration patience) {
        return opened(GatewayClient.open(new GatewayAccess(token, Optional.empty(), Optional.empty()), patience));
    }

    private Upload upload(HttpStandIn gateway) {
        return new Upload(gateway.address(), KEY, file, CONTENT.length, sha256());
    }

    private HttpStandIn standIn(HttpStandIn.Conduct conduct) {
        return opened(HttpStandIn.open(conduct));
    }

    /** A gateway that takes the file itself, in its own way. */
    private HttpStandIn taking(HttpStandIn.Conduct put) {
        return standIn(exchange -> {
            if (exchange.requestLine.startsWith("POST")) {
                exchange.takeBody();
                exchange.answer(202, "{\"to\": \"gateway\"}");
            } else {
                put.serve(exchange);
            }
        });
    }

    private HttpStandIn inTurn(HttpStandIn.Conduct... conducts) {
        Queue<HttpStandIn.Conduct> left = new ConcurrentLinkedQueue<>(List.of(conducts));
        return standIn(exchange -> left.remove().serve(exchange));
    }

    private HttpStandIn inTurnForEver(HttpStandIn.Conduct... conducts) {
        Queue<HttpStandIn.Conduct> left = new ConcurrentLinkedQueue<>(List.of(conducts));
        return standIn(exchange -> {
            HttpStandIn.Conduct next = left.remove();
            left.add(next);
            next.serve(exchange);
        });
    }

    private <T extends AutoCloseable> T opened(T one) {
        opened.add(one);
        return one;
    }

    private static void sendTo(HttpStandIn.Exchange exchange, HttpStandIn store) throws IOException {
        exchange.answer(
                202,
                "{\"to\": \"store\", \"url\": \"%s/bucket/key?X-Amz-Signature=abc\", ".formatted(store.address())
                        + "\"headers\": {\"content-length\": \"%d\", \"Host\": \"h\", ".formatted(CONTENT.length)
                        + "\"x-amz-checksum-sha256\": \"%s\", \"if-none-match\": \"*\"}}".formatted(base64()));
    }

    private static String why(UploadAnswer answer) {
        assertThat(answer).isInstanceOf(Retry.class);
        return ((Retry) answer).why();
    }

    private static String has() {
        return has(CONTENT);
    }

    private static String has(byte[] content) {
        return "{\"size\": %d, \"sha256\": \"%s\"}".formatted(content.length, sha256(content));
    }

    private static byte[] content() {
        byte[] content = new byte[3_000_000];
        new Random(1).nextBytes(content);
        return content;
    }

    private static String sha256() {
        return sha256(CONTENT);
    }

    private static String sha256(byte[] content) {
        return HexFormat.of().formatHex(digest(content));
    }

    private static String base64() {
        return Base64.getEncoder().encodeToString(digest(CONTENT));
    }

    private static byte[] digest(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
