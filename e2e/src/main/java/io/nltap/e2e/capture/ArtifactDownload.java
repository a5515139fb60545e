// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.capture;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/**
 * Fetches files from the gateway with a user's own token. The gateway's certificate is checked against its authority
 * and its own name, also when it is reached by another name, such as the near end of a port-forward.
 */
public final class ArtifactDownload {
    /** Of a fetched file: bytes, and SHA-256 in lower-case hexadecimal. */
    public record Fetched(Path file, long size, String sha256) {}

    private static final int TIMEOUT_MILLIS = 30_000;

    private final URI gateway;
    private final String certificateName;
    private final SSLSocketFactory sockets;

    /**
     * @param gateway where to reach the gateway, such as https://127.0.0.1:40123
     * @param certificateName the DNS name that its certificate must have
     * @param authority PEM of the certificates to trust
     */
    public ArtifactDownload(URI gateway, String certificateName, String authority)
            throws IOException, GeneralSecurityException {
        this.gateway = gateway;
        this.certificateName = certificateName;
        this.sockets = socketsThatTrust(authority);
    }

    /**
     * @param key as in the capture's status
     * @throws IOException when the gateway or the store refuses; says what it answered
     */
    public Fetched fetch(String key, String token, Path file) throws IOException, GeneralSecurityException {
        HttpURLConnection connection = connect(gateway.resolve("/artifacts/" + key), token);
        if (connection.getResponseCode() == 307) {
            // An S3 store: its address is signed, and must not see the token.
            connection = (HttpURLConnection)
                    URI.create(connection.getHeaderField("Location")).toURL().openConnection();
        }
        if (connection.getResponseCode() != 200) {
            throw new IOException("GET of the artifact %s was answered with %d: %s"
                    .formatted(key, connection.getResponseCode(), body(connection)));
        }
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (InputStream in = connection.getInputStream();
                OutputStream out = new DigestOutputStream(Files.newOutputStream(file), digest)) {
            long size = in.transferTo(out);
            return new Fetched(file, size, HexFormat.of().formatHex(digest.digest()));
        }
    }

    /** The status that the gateway answers a GET of that artifact with, when asked with that token. */
    public int statusOf(String key, String token) throws IOException, GeneralSecurityException {
        return connect(gateway.resolve("/artifacts/" + key), token).getResponseCode();
    }

    private HttpsURLConnection connect(URI address, String token) throws IOException, GeneralSecurityException {
        HttpsURLConnection connection = (HttpsURLConnection) address.toURL().openConnection();
        connection.setSSLSocketFactory(sockets);
        // The runtime asks only when it does not find the host's name in the certificate; ours is asked for below.
        connection.setHostnameVerifier((host, session) -> true);
        connection.setInstanceFollowRedirects(false);
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        connection.setRequestProperty("Authorization", "Bearer " + token);
        connection.connect(); // shakes hands, and sends nothing yet
        checkName((X509Certificate) connection.getServerCertificates()[0]);
        return connection;
    }

    private void checkName(X509Certificate certificate) throws IOException, GeneralSecurityException {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        if (names == null || names.stream().noneMatch(this::isGatewayName)) {
            throw new SSLPeerUnverifiedException("the certificate of %s is for %s, not for %s"
                    .formatted(gateway, names == null ? "no name" : names, certificateName));
        }
    }

    /** A subject alternative name is a list of its type and its value. */
    private boolean isGatewayName(List<?> name) {
        return certificateName.equals(name.get(1));
    }

    private static String body(HttpURLConnection connection) throws IOException {
        try (InputStream in = connection.getErrorStream()) {
            return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }

    private static SSLSocketFactory socketsThatTrust(String authority) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        int number = 0;
        try (InputStream pem = new ByteArrayInputStream(authority.getBytes(StandardCharsets.US_ASCII))) {
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                trusted.setCertificateEntry("authority-" + number++, certificate);
            }
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context.getSocketFactory();
    }
}
