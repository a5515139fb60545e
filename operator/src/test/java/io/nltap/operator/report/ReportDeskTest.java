// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.nltap.api.v1alpha1.NetlinkCapture;
import io.nltap.api.v1alpha1.NetlinkCaptureSpec;
import io.nltap.api.v1alpha1.Targets;
import io.nltap.operator.status.ReportState;
import io.nltap.operator.store.FilesystemLimits;
import io.nltap.operator.store.FilesystemObjectStore;
import io.nltap.operator.store.StoreResolution;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportDeskTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private Path volume;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-03-01T12:00:00Z"));
    private final AtomicInteger asked = new AtomicInteger();

    @Test
    void makesAReportOnceHoweverOftenItIsAskedFor() {
        try (ReportDesk desk = desk(name -> new StoreResolution.Usable(store()))) {
            await().atMost(LONG).until(() -> desk.of(capture(), List.of()) instanceof ReportState.Made);

            ReportState again = desk.of(capture(), List.of());

            assertThat(again)
                    .isInstanceOfSatisfying(
                            ReportState.Made.class,
                            made -> assertThat(made.files()).hasSize(3));
            assertThat(asked).hasValue(1);
        }
    }

    @Test
    void asksAStoreAgainThatCannotBeUsedAndGivesUpAfterAWhile() {
        try (ReportDesk desk = desk(name -> new StoreResolution.Unusable("StoreFull", "the store is full"))) {
            assertThat(desk.of(capture(), List.of())).isInstanceOf(ReportState.Pending.class);
            await().atMost(LONG).until(() -> asked.get() == 1);
            await().atMost(LONG).untilAsserted(() -> {
                now.updateAndGet(time -> time.plusSeconds(11));
                desk.of(capture(), List.of());
                assertThat(asked.get()).isGreaterThan(2);
            });

            now.updateAndGet(time -> time.plusSeconds(121));
            await().atMost(LONG)
                    .until(() -> desk.of(capture(), List.of()).equals(new ReportState.Failed("the store is full")));
        }
    }

    private ReportDesk desk(Function<String, StoreResolution> stores) {
        Function<String, StoreResolution> counted = name -> {
            asked.incrementAndGet();
            return stores.apply(name);
        };
        return new ReportDesk(new CaptureReporter(counted, "test"), new Clock() {
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
                return now.get();
            }
        });
    }

    private FilesystemObjectStore store() {
        return new FilesystemObjectStore(volume, "artifacts", FilesystemLimits.DEFAULT);
    }

    private static NetlinkCapture capture() {
        NetlinkCapture capture = new NetlinkCapture();
        capture.setMetadata(new ObjectMetaBuilder()
                .withNamespace("shop")
                .withName("slow-dns")
                .withUid("uid-1")
                .build());
        capture.setSpec(
                new NetlinkCaptureSpec(new Targets(null, List.of("web-0"), null), null, null, null, null, false));
        return capture;
    }
}
