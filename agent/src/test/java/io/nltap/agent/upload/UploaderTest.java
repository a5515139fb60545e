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
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UploaderTest {

    private static final Upload UPLOAD = new Upload(
            URI.create("https://gateway.example"),
            new ArtifactKey(new CaptureRef("shop", "slow-dns", "uid-1"), "node-1", 0, Compression.ZSTD),
            Path.of("0.pcapng.zst"),
            1,
            "0".repeat(64));
    private static final RetryListener DEAF = (upload, attempts, why, wait) -> {};

    private final List<Duration> waits = new ArrayList<>();
    private Instant now = Instant.EPOCH;

    @Test
    void triesUntilTheFileIsStoredWaitingLongerEachTimeUpToABound() throws InterruptedException {
        Uploader uploader = uploader(down(), down(), down(), down(), down(), new Stored());

        UploadAnswer answer = uploader.upload(UPLOAD, Instant.MAX, DEAF);

        assertThat(answer).isEqualTo(new Stored());
        assertThat(waits).extracting(Duration::toMillis).containsExactly(750L, 1500L, 3000L, 6000L, 7500L);
    }

    @Test
    void doesNotRepeatWhatWasRefusedForGood() throws InterruptedException {
        Uploader uploader = uploader(new Refused("another node's key"), new Stored());

        UploadAnswer answer = uploader.upload(UPLOAD, Instant.MAX, DEAF);

        assertThat(answer).isEqualTo(new Refused("another node's key"));
        assertThat(waits).isEmpty();
    }

    @Test
    void waitsAsLongAsTheOtherSideAsksButNotLongerThanTheBound() throws InterruptedException {
        Uploader uploader = uploader(asking(5), asking(3600), asking(0), new Stored());

        uploader.upload(UPLOAD, Instant.MAX, DEAF);

        assertThat(waits).extracting(Duration::toMillis).containsExactly(5000L, 10_000L, 3000L);
    }

    @Test
    void givesUpWithTheLastReasonRatherThanBeginAfterItsTime() throws InterruptedException {
        Uploader uploader = uploader(down(), new Retry(Optional.empty(), "store is full"), new Stored());

        UploadAnswer answer = uploader.upload(UPLOAD, Instant.EPOCH.plusSeconds(2), DEAF);

        assertThat(answer).isEqualTo(new Retry(Optional.empty(), "store is full"));
        assertThat(waits).hasSize(1);
    }

    @Test
    void saysBeforeEachWaitWhyItWaits() throws InterruptedException {
        Uploader uploader = uploader(down(), down(), new Stored());
        List<String> heard = new ArrayList<>();

        uploader.upload(
                UPLOAD, Instant.MAX, (upload, attempts, why, wait) -> heard.add(attempts + " " + why + " " + wait));

        assertThat(heard).containsExactly("1 gateway is down PT0.75S", "2 gateway is down PT1.5S");
    }

    @Test
    void doublesForEverWithoutOverflow() {
        Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(5), () -> 0.999);

        Duration wait = backoff.after(Integer.MAX_VALUE);

        assertThat(wait).isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5));
    }

    @Test
    void refusesADigestThatIsNone() {
        assertThatThrownBy(() -> new Upload(UPLOAD.gateway(), UPLOAD.key(), UPLOAD.file(), 1, "ABC"))
                .hasMessageContaining("64 lower-case hexadecimal digits");
    }

    private Uploader uploader(UploadAnswer... answers) {
        ArrayDeque<UploadAnswer> left = new ArrayDeque<>(List.of(answers));
        Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10), () -> 0.5);
        return new Uploader(upload -> left.removeFirst(), backoff, clock(), wait -> {
            waits.add(wait);
            now = now.plus(wait);
        });
    }

    private Clock clock() {
        return new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now;
            }
        };
    }

    private static Retry down() {
        return new Retry(Optional.empty(), "gateway is down");
    }

    private static Retry asking(int seconds) {
        return new Retry(Optional.of(Duration.ofSeconds(seconds)), "gateway is busy");
    }
}
