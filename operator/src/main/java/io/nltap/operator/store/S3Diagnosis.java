// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.store;

import io.nltap.api.v1alpha1.S3Store;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Says why a HEAD of an object failed. Its answer has no body, so no code, and 403 may also mean that there is no such
 * object; a listing says more.
 */
final class S3Diagnosis {
    private final S3Store place;
    private final S3Client client;

    S3Diagnosis(S3Store place, S3Client client) {
        this.place = place;
        this.client = client;
    }

    /** Empty when it turns out that there is just no such object. */
    Optional<String> of(SdkException failure, String name) {
        if (!(failure instanceof S3Exception answer) || answer.statusCode() != 403) {
            return Optional.of(unusable(failure));
        }
        try {
            boolean exists = client
                    .listObjectsV2(request ->
                            request.bucket(place.bucket()).prefix(name).maxKeys(1))
                    .contents()
                    .stream()
                    .anyMatch(object -> object.key().equals(name));
            return exists
                    ? Optional.of(bucket() + " does not let the operator read objects; grant s3:GetObject")
                    : Optional.empty();
        } catch (SdkException e) {
            return Optional.of(unusable(e));
        }
    }

    String unusable(SdkException failure) {
        if (!(failure instanceof S3Exception answer) || answer.awsErrorDetails() == null) {
            return "%s cannot be used: %s; check endpoint and region of the CaptureStore, and that the operator can reach"
                            .formatted(bucket(), failure.getMessage())
                    + " it";
        }
        String code = String.valueOf(answer.awsErrorDetails().errorCode());
        return "%s answered the operator with %d %s: %s; %s"
                .formatted(
                        bucket(),
                        answer.statusCode(),
                        code,
                        answer.awsErrorDetails().errorMessage(),
                        advice(answer.statusCode(), code));
    }

    private String advice(int status, String code) {
        if (code.equals("AccessDenied")) {
            return "grant the operator's account s3:ListBucket on the bucket, s3:GetObject and s3:PutObject on its objects";
        }
        if (status == 403) {
            return place.credentialsSecret() == null
                    ? "check the operator's workload identity, and the clocks"
                    : "check the keys in the Secret %s of the operator's namespace, and the clocks"
                            .formatted(place.credentialsSecret());
        }
        if (status == 404) {
            return "check bucket, endpoint and pathStyle of the CaptureStore";
        }
        return "check endpoint and region of the CaptureStore, and the state of the service";
    }

    String bucket() {
        return "bucket %s at %s"
                .formatted(
                        place.bucket(), place.endpoint() == null ? "Amazon S3 in " + place.region() : place.endpoint());
    }
}
