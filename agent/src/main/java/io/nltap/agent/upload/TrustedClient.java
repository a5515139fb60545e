// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.upload;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** An HTTP client that trusts the authorities of a file, and is made anew when that file changes. */
final class TrustedClient {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private final Optional<Path> authorities;
    private final boolean trustRuntimeToo;
    private final Executor executor;
    private byte[] pem = {};
    private @Nullable HttpClient client;

    /** @param trustRuntimeToo whether to trust the authorities of the Java runtime beside those of the file */
    TrustedClient(Optional<Path> authorities, boolean trustRuntimeToo, Executor executor) {
        this.authorities = authorities;
        this.trustRuntimeToo = trustRuntimeToo;
        this.executor = executor;
    }

    /** @throws IOException when the file cannot be read or holds no certificate; names the file */
    synchronized HttpClient get() throws IOException {
        byte[] now = authorities.isPresent() ? Files.readAllBytes(authorities.get()) : new byte[0];
        HttpClient known = client;
        if (known != null && Arrays.equals(pem, now)) {
            return known;
        }
        HttpClient made = make(now);
        pem = now;
        client = made;
        return made;
    }

    private HttpClient make(byte[] certificates) throws IOException {
        HttpClient.Builder builder = HttpClient.newBuilder()
                // Of HTTP/2 the JDK 17 client waits for ever when a server answers an expectation with a refusal.
                .version(HttpClient.Version.HTTP_1_1)
                // It would also send the token along to wherever it is sent.
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_TIMEOUT)
                .executor(executor);
        if (authorities.isPresent()) {
            try {
                builder.sslContext(trusting(certificates));
            } catch (GeneralSecurityException e) {
                throw new IOException(
                        "%s holds no usable certificates (want PEM): %s".formatted(authorities.get(), e.getMessage()),
                        e);
            }
        }
        return builder.build();
    }

    private SSLContext trusting(byte[] certificates) throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        Collection<? extends Certificate> own =
                CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(certificates));
        if (own.isEmpty()) {
            throw new GeneralSecurityException("the file is empty");
        }
        for (Certificate certificate : own) {
            trusted.setCertificateEntry("own-" + trusted.size(), certificate);
        }
        if (trustRuntimeToo) {
            for (X509Certificate certificate : runtimeAuthorities()) {
                trusted.setCertificateEntry("runtime-" + trusted.size(), certificate);
            }
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trustManagers(trusted), null);
        return context;
    }

    private static X509Certificate[] runtimeAuthorities() throws GeneralSecurityException {
        for (TrustManager trustManager : trustManagers(null)) {
            if (trustManager instanceof X509TrustManager x509) {
                return x509.getAcceptedIssuers();
            }
        }
        return new X509Certificate[0];
    }

    private static TrustManager[] trustManagers(@Nullable KeyStore trusted) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        return factory.getTrustManagers();
    }
}
