// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.store;

import io.nltap.api.v1alpha1.ArtifactKey;
import io.nltap.api.v1alpha1.S3Store;
import io.nltap.operator.store.StoreProblem.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.s3.presigner.model.PresignedPutObjectRequest;

/**
 * A bucket. What agents bring and users fetch never passes through here: it signs addresses at which others put and get it,
 * and looks afterwards whether it is there.
 */
public final class S3ObjectStore implements ObjectStore {
    private static final Duration UPLOAD_VALIDITY = Duration.ofMinutes(10);
    private static final Duration DOWNLOAD_VALIDITY = Duration.ofMinutes(2);
    private static final int MAX_KEY_LENGTH = 1024; // bytes

    private final S3Store place;
    private final S3Client client;
    private final S3Presigner presigner;
    private final S3Diagnosis diagnosis;

    S3ObjectStore(S3Store place, S3Client client, S3Presigner presigner) {
        this.place = place;
        this.client = client;
        this.presigner = presigner;
        this.diagnosis = new S3Diagnosis(place, client);
    }

    @Override
    public Lookup find(ArtifactKey key) {
        try {
            return new Lookup.Found(head(key).contentLength());
        } catch (NoSuchKeyException e) {
            return new Lookup.Absent();
        } catch (SdkException e) {
            return diagnosis.of(e, name(key)).<Lookup>map(Lookup.Unknown::new).orElseGet(Lookup.Absent::new);
        }
    }

    @Override
    public UploadRoute routeFor(ArtifactKey key, Content content) {
        if (name(key).getBytes(StandardCharsets.UTF_8).length > MAX_KEY_LENGTH) {
            return no(
                    Kind.UNAVAILABLE,
                    "the prefix of the CaptureStore makes the key longer than the 1024 bytes that S3"
                            + " takes; use another store with a shorter prefix");
        }
        try {
            return compare(key, head(key), content);
        } catch (NoSuchKeyException e) {
            return presign(key, content);
        } catch (SdkException e) {
            Optional<String> problem = diagnosis.of(e, name(key));
            return problem.isPresent() ? no(Kind.UNAVAILABLE, problem.get()) : presign(key, content);
        } catch (IOException e) {
            return no(
                    Kind.UNAVAILABLE,
                    "%s broke off while %s was read to compare it: %s".formatted(diagnosis.bucket(), key, e));
        }
    }

    private HeadObjectResponse head(ArtifactKey key) {
        return client.headObject(
                request -> request.bucket(place.bucket()).key(name(key)).checksumMode(ChecksumMode.ENABLED));
    }

    private UploadRoute compare(ArtifactKey key, HeadObjectResponse head, Content content) throws IOException {
        if (head.contentLength() != content.size()) {
            return no(
                    Kind.CONFLICT,
                    "the store holds another file under %s, of %d bytes, and keeps it; the one offered has"
                                    .formatted(key, head.contentLength())
                            + " " + content);
        }
        boolean same = hasWholeChecksum(head)
                ? content.base64().equals(head.checksumSHA256())
                : read(key).equals(content);
        return same
                ? new UploadRoute.AlreadyThere()
                : no(
                        Kind.CONFLICT,
                        "the store holds another file under %s, of the same size, and keeps it".formatted(key));
    }

    /** A checksum of parts is no checksum of the whole; it ends in the number of parts. */
    private static boolean hasWholeChecksum(HeadObjectResponse head) {
        String kept = head.checksumSHA256();
        return kept != null && !kept.contains("-");
    }

    /** For services that keep no checksums: reads the object back. */
    private Content read(ArtifactKey key) throws IOException {
        try (InputStream object =
                client.getObject(request -> request.bucket(place.bucket()).key(name(key)))) {
            return CheckedCopy.contentOf(object);
        }
    }

    private UploadRoute presign(ArtifactKey key, Content content) {
        PutObjectRequest put = PutObjectRequest.builder()
                .bucket(place.bucket())
                .key(name(key))
                .contentLength(content.size())
                .checksumSHA256(content.base64())
                .ifNoneMatch("*")
                .build();
        try {
            PresignedPutObjectRequest presigned = presigner.presignPutObject(
                    request -> request.putObjectRequest(put).signatureDuration(UPLOAD_VALIDITY));
            Map<String, String> headers = presigned.signedHeaders().entrySet().stream()
                    .filter(header -> !header.getKey().toLowerCase(Locale.ROOT).equals("host"))
                    .collect(Collectors.toMap(Map.Entry::getKey, header -> String.join(",", header.getValue())));
            return new UploadRoute.Presigned(presigned.url().toURI(), headers);
        } catch (SdkException e) {
            return no(Kind.UNAVAILABLE, diagnosis.unusable(e));
        } catch (URISyntaxException e) {
            throw new IllegalStateException("keys and prefixes need no quoting", e);
        }
    }

    @Override
    public Receipt take(ArtifactKey key, Content content, InputStream body) {
        return new Receipt.NotStored(new StoreProblem(
                Kind.UNAVAILABLE, "this store takes no files through the gateway; ask again where to put " + key));
    }

    @Override
    public Receipt put(ArtifactKey key, Content content, byte[] bytes) {
        UploadRoute route = routeFor(key, content);
        if (route instanceof UploadRoute.No no) {
            return new Receipt.NotStored(no.problem());
        }
        if (route instanceof UploadRoute.AlreadyThere) {
            return new Receipt.Stored();
        }
        try {
            client.putObject(
                    request -> request.bucket(place.bucket())
                            .key(name(key))
                            .checksumSHA256(content.base64())
                            .ifNoneMatch("*"),
                    RequestBody.fromBytes(bytes));
            return new Receipt.Stored();
        } catch (SdkException e) {
            return new Receipt.NotStored(new StoreProblem(Kind.UNAVAILABLE, diagnosis.unusable(e)));
        }
    }

    @Override
    public InputStream open(ArtifactKey key) throws IOException {
        try {
            return client.getObject(request -> request.bucket(place.bucket()).key(name(key)));
        } catch (NoSuchKeyException e) {
            throw new NoSuchFileException(name(key));
        } catch (SdkException e) {
            throw new IOException(diagnosis.unusable(e), e);
        }
    }

    @Override
    public DownloadRoute download(ArtifactKey key) {
        Download download = Download.of(key);
        URI url = URI.create(presigner
                .presignGetObject(request -> request.signatureDuration(DOWNLOAD_VALIDITY)
                        .getObjectRequest(get -> get.bucket(place.bucket())
                                .key(name(key))
                                .responseContentType(download.mediaType())
                                .responseContentDisposition(download.disposition())))
                .url()
                .toString());
        return new DownloadRoute.Presigned(url);
    }

    /** Nothing, without asking the service. */
    @Override
    public Optional<StoreProblem> check() {
        return Optional.empty();
    }

    private String name(ArtifactKey key) {
        return place.prefix().isEmpty() ? key.toString() : place.prefix() + "/" + key;
    }

    private static UploadRoute no(Kind kind, String message) {
        return new UploadRoute.No(new StoreProblem(kind, message));
    }

    @Override
    public void close() {
        client.close();
        presigner.close();
    }
}
