// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Whom to trust about the name of an S3 service: the authorities of the Java runtime, and those of a file.
 *
 * @param file certificates (PEM), read when a store is opened
 */
record StoreAuthorities(Optional<Path> file) {

    /**
     * @return empty when there is no file: the runtime decides alone then
     * @throws IllegalArgumentException when the file cannot be used
     */
    Optional<TrustManager[]> trustManagers() {
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            try (InputStream pem = Files.newInputStream(file.get())) {
                for (Certificate certificate :
                        CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                    trusted.setCertificateEntry("own-" + trusted.size(), certificate);
                }
            }
            for (X509Certificate certificate : runtimeAuthorities()) {
                trusted.setCertificateEntry("runtime-" + trusted.size(), certificate);
            }
            return Optional.of(trustManagers(trusted));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("nltap.store-ca-file %s cannot be used: %s".formatted(file.get(), e), e);
        }
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
