// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.upload;

import io.nltap.agent.upload.UploadAnswer.Retry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Tries, each time from the start of the file, until the file is in the store or there is no sense in trying. */
public final class Uploader {
    private final ArtifactSender sender;
    private final Backoff backoff;
    private final Clock clock;
    private final Sleeper sleeper;

    public Uploader(ArtifactSender sender, Backoff backoff, Clock clock, Sleeper sleeper) {
        this.sender = sender;
        this.backoff = backoff;
        this.clock = clock;
        this.sleeper = sleeper;
    }

    /**
     * Makes at least one attempt. No attempt begins after {@code giveUpAt}, but one that has begun is not cut short:
     * interrupt the thread for that.
     *
     * @param giveUpAt {@link Instant#MAX} to try for ever
     * @return the last answer; a {@link Retry} only when it was given up, and the file is to be kept
     * @throws InterruptedException when the thread was interrupted; the file is to be kept
     */
    public UploadAnswer upload(Upload upload, Instant giveUpAt, RetryListener listener) throws InterruptedException {
        for (int attempts = 1; ; attempts++) {
            UploadAnswer answer = sender.send(upload);
            if (!(answer instanceof Retry retry)) {
                return answer;
            }
            Duration wait = waitAfter(retry, attempts);
            if (Duration.between(clock.instant(), giveUpAt).compareTo(wait) < 0) {
                return answer;
            }
            listener.willRetry(upload, attempts, retry.why(), wait);
            sleeper.sleep(wait);
        }
    }

    private Duration waitAfter(Retry retry, int attempts) {
        return retry.after().isPresent() ? backoff.after(attempts, retry.after().get()) : backoff.after(attempts);
    }
}
