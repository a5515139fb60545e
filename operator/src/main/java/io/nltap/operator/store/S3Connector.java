// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.store;

import io.nltap.api.v1alpha1.S3Store;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** Makes the client and the presigner of a bucket. Makes no connection yet. */
final class S3Connector {
    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration SOCKET = Duration.ofSeconds(10);
    private static final Duration ATTEMPT = Duration.ofSeconds(8);
    private static final Duration CALL = Duration.ofSeconds(15);

    private final StoreAuthorities authorities;

    S3Connector(StoreAuthorities authorities) {
        this.authorities = authorities;
    }

    /**
     * @param credentials those of the operator's surroundings when empty
     * @throws IllegalArgumentException when endpoint, region or authorities cannot be used; says which
     */
    S3ObjectStore connect(S3Store place, Optional<S3Credentials> credentials) {
        AwsCredentialsProvider provider = credentials
                .<AwsCredentialsProvider>map(given -> StaticCredentialsProvider.create(credentials(given)))
                .orElseGet(() -> DefaultCredentialsProvider.builder().build());
        S3ClientBuilder client = S3Client.builder()
                .region(Region.of(place.region()))
                .forcePathStyle(place.pathStyle())
                .credentialsProvider(provider)
                // Services other than Amazon's do not know the newer checksums that the SDK would add by itself.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .httpClientBuilder(http())
                .overrideConfiguration(configuration -> configuration
                        .retryStrategy(RetryMode.STANDARD)
                        .apiCallAttemptTimeout(ATTEMPT)
                        .apiCallTimeout(CALL));
        S3Presigner.Builder presigner = S3Presigner.builder()
                .region(Region.of(place.region()))
                .serviceConfiguration(S3Configuration.builder()
                        .pathStyleAccessEnabled(place.pathStyle())
                        .build())
                .credentialsProvider(provider);
        if (place.endpoint() != null) {
            client.endpointOverride(URI.create(place.endpoint()));
            presigner.endpointOverride(URI.create(place.endpoint()));
        }
        return new S3ObjectStore(place, client.build(), presigner.build());
    }

    private UrlConnectionHttpClient.Builder http() {
        UrlConnectionHttpClient.Builder http =
                UrlConnectionHttpClient.builder().connectionTimeout(CONNECT).socketTimeout(SOCKET);
        authorities.trustManagers().ifPresent(trusted -> http.tlsTrustManagersProvider(() -> trusted));
        return http;
    }

    private static AwsCredentials credentials(S3Credentials given) {
        return given.sessionToken()
                .<AwsCredentials>map(
                        token -> AwsSessionCredentials.create(given.accessKeyId(), given.secretAccessKey(), token))
                .orElseGet(() -> AwsBasicCredentials.create(given.accessKeyId(), given.secretAccessKey()));
    }
}
