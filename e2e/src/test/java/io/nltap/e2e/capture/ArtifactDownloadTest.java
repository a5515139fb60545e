// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.nltap.e2e.process.ServerCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactDownloadTest {
    private static final String SHA256_OF_HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    private final List<String> tokensAtStore = new ArrayList<>();

    @TempDir
    private Path directory;

    private ServerCertificate certificate;
    private HttpsServer gateway;
    private HttpServer store;

    @BeforeEach
    void startServers() throws Exception {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        certificate = ServerCertificate.make(directory);
        gateway = HttpsServer.create(anyPort, 0);
        gateway.setHttpsConfigurator(new HttpsConfigurator(contextOf(certificate)));
        gateway.createContext("/artifacts/there", exchange -> answer(exchange, 200, "hello"));
        gateway.createContext("/artifacts/forbidden", exchange -> answer(exchange, 403, "not yours"));
        gateway.createContext("/artifacts/elsewhere", exchange -> {
            exchange.getResponseHeaders()
                    .add(
                            "Location",
                            "http://127.0.0.1:%d/bucket"
                                    .formatted(store.getAddress().getPort()));
            answer(exchange, 307, "");
        });
        gateway.start();
        store = HttpServer.create(anyPort, 0);
        store.createContext("/bucket", exchange -> {
            tokensAtStore.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            answer(exchange, 200, "hello");
        });
        store.start();
    }

    @AfterEach
    void stopServers() {
        gateway.stop(0);
        store.stop(0);
    }

    @Test
    void keepsTheBytesAndTheirDigest() throws Exception {
        ArtifactDownload.Fetched fetched = download("localhost").fetch("there", "t", directory.resolve("f"));

        assertThat(fetched.file()).hasContent("hello");
        assertThat(fetched.size()).isEqualTo(5);
        assertThat(fetched.sha256()).isEqualTo(SHA256_OF_HELLO);
    }

    @Test
    void followsToTheStoreWithoutTheToken() throws Exception {
        ArtifactDownload.Fetched fetched = download("localhost").fetch("elsewhere", "t", directory.resolve("f"));

        assertThat(fetched.sha256()).isEqualTo(SHA256_OF_HELLO);
        assertThat(tokensAtStore).containsExactly("null");
    }

    @Test
    void saysWhatTheGatewayAnswered() {
        assertThatThrownBy(() -> download("localhost").fetch("forbidden", "t", directory.resolve("f")))
                .isInstanceOf(IOException.class)
                .hasMessage("GET of the artifact forbidden was answered with 403: not yours");
    }

    @Test
    void refusesACertificateOfAnotherName() {
        assertThatThrownBy(() -> download("nltap-gateway.nltap.svc").fetch("there", "t", directory.resolve("f")))
                .isInstanceOf(SSLPeerUnverifiedException.class)
                .hasMessageContaining("not for nltap-gateway.nltap.svc");
    }

    @Test
    void refusesACertificateOfAnotherAuthority() throws Exception {
        Path other = Files.createDirectory(directory.resolve("other"));
        ArtifactDownload download = new ArtifactDownload(
                address(),
                "localhost",
                Files.readString(ServerCertificate.make(other).certificate()));

        assertThatThrownBy(() -> download.fetch("there", "t", directory.resolve("f")))
                .isInstanceOf(SSLHandshakeException.class);
    }

    private ArtifactDownload download(String certificateName) throws Exception {
        return new ArtifactDownload(address(), certificateName, Files.readString(certificate.certificate()));
    }

    private URI address() {
        return URI.create("https://127.0.0.1:%d".formatted(gateway.getAddress().getPort()));
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static SSLContext contextOf(ServerCertificate certificate) throws Exception {
        KeyStore own = KeyStore.getInstance(KeyStore.getDefaultType());
        own.load(null, null);
        try (InputStream pem = Files.newInputStream(certificate.certificate())) {
            Certificate[] chain = {CertificateFactory.getInstance("X.509").generateCertificate(pem)};
            own.setKeyEntry("own", privateKey(certificate.key()), new char[0], chain);
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(own, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    private static PrivateKey privateKey(Path pem) throws Exception {
        String base64 =
                Files.readString(pem).replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        return KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
    }
}
