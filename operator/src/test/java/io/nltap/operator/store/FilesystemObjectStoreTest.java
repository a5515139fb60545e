// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.store;

import static io.nltap.operator.store.Samples.bytes;
import static io.nltap.operator.store.Samples.contentOf;
import static io.nltap.operator.store.Samples.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nltap.operator.store.StoreProblem.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesystemObjectStoreTest {
    private static final FilesystemLimits LIMITS = new FilesystemLimits(1 << 20, 0);
    private static final byte[] BYTES = bytes(1, 300_000);

    @TempDir
    private Path volume;

    private FilesystemObjectStore store;

    @BeforeEach
    void open() {
        store = new FilesystemObjectStore(volume, "artifacts", LIMITS);
    }

    @Test
    void keepsWhatTheOperatorItselfHasMade() throws Exception {
        assertThat(store.put(key(0), contentOf(BYTES), BYTES)).isEqualTo(new Receipt.Stored());
        assertThat(store.put(key(0), contentOf(BYTES), BYTES)).isEqualTo(new Receipt.Stored());
        byte[] other = bytes(2, BYTES.length);

        Receipt receipt = store.put(key(0), contentOf(other), other);

        assertThat(receipt)
                .isInstanceOfSatisfying(
                        Receipt.NotStored.class,
                        no -> assertThat(no.problem().kind()).isEqualTo(Kind.CONFLICT));
        try (InputStream there = store.open(key(0))) {
            assertThat(there.readAllBytes()).isEqualTo(BYTES);
        }
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> store.open(key(7)));
    }

    @Test
    void keepsWhatItWasGiven() throws IOException {
        UploadRoute before = store.routeFor(key(0), contentOf(BYTES));

        Receipt receipt = store.take(key(0), contentOf(BYTES), new ByteArrayInputStream(BYTES));

        assertThat(before).isEqualTo(new UploadRoute.Take());
        assertThat(receipt).isEqualTo(new Receipt.Stored());
        assertThat(store.find(key(0))).isEqualTo(new Lookup.Found(BYTES.length));
        assertThat(store.routeFor(key(0), contentOf(BYTES))).isEqualTo(new UploadRoute.AlreadyThere());
        Path file = volume.resolve("artifacts/shop/slow-dns/uid-1/node-1/0.pcapng.zst");
        assertThat(store.download(key(0))).isEqualTo(new DownloadRoute.Local(file));
        assertThat(file).hasBinaryContent(BYTES);
        assertThat(incoming()).isEmpty();
    }

    @Test
    void takesTheSameFileAgainAndAgain() {
        store.take(key(0), contentOf(BYTES), new ByteArrayInputStream(BYTES));

        Receipt again = store.take(key(0), contentOf(BYTES), new ByteArrayInputStream(BYTES));

        assertThat(again).isEqualTo(new Receipt.Stored());
    }

    @Test
    void neverOverwritesAFile() throws IOException {
        byte[] other = bytes(2, BYTES.length);
        store.take(key(0), contentOf(BYTES), new ByteArrayInputStream(BYTES));

        UploadRoute route = store.routeFor(key(0), contentOf(other));
        Receipt receipt = store.take(key(0), contentOf(other), new ByteArrayInputStream(other));

        assertThat(problem(route).kind()).isEqualTo(Kind.CONFLICT);
        assertThat(problem(receipt).kind()).isEqualTo(Kind.CONFLICT);
        assertThat(problem(receipt).message())
                .startsWith("the store holds another file under shop/slow-dns/uid-1/node-1/0.pcapng.zst");
        assertThat(volume.resolve("artifacts/" + key(0))).hasBinaryContent(BYTES);
        assertThat(incoming()).isEmpty();
    }

    @Test
    void storesNothingOfATruncatedBody() throws IOException {
        Receipt receipt = store.take(key(0), contentOf(BYTES), new ByteArrayInputStream(Arrays.copyOf(BYTES, 100_000)));

        assertThat(problem(receipt))
                .isEqualTo(
                        new StoreProblem(Kind.DAMAGED, "100000 bytes arrived of 300000 announced; nothing was stored"));
        assertNothingIsStored();
    }

    @Test
    void storesNothingWhenTheSenderBreaksOff() throws IOException {
        InputStream breaking = new InputStream() {
            private int left = 100_000;

            @Override
            public int read() throws IOException {
                if (left-- <= 0) {
                    throw new IOException("Connection reset");
                }
                return 1;
            }
        };

        Receipt receipt = store.take(key(0), contentOf(BYTES), breaking);

        assertThat(problem(receipt).kind()).isEqualTo(Kind.DAMAGED);
        assertThat(problem(receipt).message()).contains("the sender broke off").contains("of 300000 bytes");
        assertNothingIsStored();
    }

    @Test
    void storesNothingOfATamperedBody() throws IOException {
        byte[] tampered = BYTES.clone();
        tampered[123] ^= 1;

        Receipt receipt = store.take(key(0), contentOf(BYTES), new ByteArrayInputStream(tampered));

        assertThat(problem(receipt).kind()).isEqualTo(Kind.DAMAGED);
        assertThat(problem(receipt).message()).startsWith("what arrived has SHA-256 ");
        assertNothingIsStored();
    }

    @Test
    void readsNoMoreThanWasAnnounced() throws IOException {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 1;
            }
        };

        Receipt receipt = store.take(key(0), contentOf(BYTES), endless);

        assertThat(problem(receipt).message()).startsWith("more arrived than the 300000 bytes announced");
        assertNothingIsStored();
    }

    @Test
    void refusesWhatIsTooLargeBeforeItIsSent() {
        Content large = new Content((1 << 20) + 1, "0".repeat(64));

        UploadRoute route = store.routeFor(key(0), large);

        assertThat(problem(route))
                .isEqualTo(new StoreProblem(
                        Kind.TOO_LARGE, "a file has 1048577 bytes, and the store takes at most 1048576"));
    }

    @Test
    void saysThatItIsFullBeforeItIs() {
        FilesystemObjectStore careful =
                new FilesystemObjectStore(volume, "artifacts", new FilesystemLimits(1 << 20, Long.MAX_VALUE / 2));

        UploadRoute route = careful.routeFor(key(0), contentOf(BYTES));

        assertThat(problem(route).kind()).isEqualTo(Kind.FULL);
        assertThat(problem(route).message()).contains("is full; delete old artifacts");
    }

    @Test
    void lockedOutAndMissingVolumesHaveWords() {
        FilesystemObjectStore nowhere = new FilesystemObjectStore(volume.resolve("missing"), "artifacts", LIMITS);

        assertThat(nowhere.check().orElseThrow().message()).contains("is its volume mounted");
        assertThat(problem(nowhere.routeFor(key(0), contentOf(BYTES))).kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(store.check()).isEmpty();
    }

    @Test
    void ofTwoAtOnceWithOneKeyOnlyOneWinsAndTheOtherIsTold() throws Exception {
        int rounds = 30;
        byte[] other = bytes(2, BYTES.length);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < rounds; round++) {
                int number = round;
                CyclicBarrier start = new CyclicBarrier(4);
                List<Future<Receipt>> receipts = new ArrayList<>();
                for (byte[] bytes : List.of(BYTES, other, BYTES, other)) {
                    receipts.add(threads.submit(() -> {
                        start.await(10, TimeUnit.SECONDS);
                        // A store of its own each, as of several operators on one volume.
                        return new FilesystemObjectStore(volume, "artifacts", LIMITS)
                                .take(key(number), contentOf(bytes), new ByteArrayInputStream(bytes));
                    }));
                }

                List<Boolean> stored = new ArrayList<>();
                for (Future<Receipt> receipt : receipts) {
                    stored.add(receipt.get(30, TimeUnit.SECONDS) instanceof Receipt.Stored);
                }

                byte[] winner = Files.readAllBytes(volume.resolve("artifacts/" + key(number)));
                boolean firstWon = Arrays.equals(winner, BYTES);
                assertThat(Arrays.equals(winner, firstWon ? BYTES : other)).isTrue();
                assertThat(stored).containsExactly(firstWon, !firstWon, firstWon, !firstWon);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(incoming()).isEmpty();
    }

    @Test
    void removesWhatAKilledOperatorHasLeftButNotWhatIsBeingWritten() throws IOException {
        store.check();
        Path old = Files.createFile(volume.resolve("artifacts/.incoming/old.part"));
        Path young = Files.createFile(volume.resolve("artifacts/.incoming/young.part"));
        Files.setLastModifiedTime(old, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
        Files.setLastModifiedTime(young, FileTime.from(Instant.parse("2026-01-03T00:00:00Z")));

        store.removeLeftovers(Instant.parse("2026-01-02T00:00:00Z"));

        assertThat(incoming()).containsExactly(young);
    }

    @Test
    void knowsWhatItDoesNotHave() {
        assertThat(store.find(key(7))).isEqualTo(new Lookup.Absent());
    }

    private void assertNothingIsStored() throws IOException {
        assertThat(store.find(key(0))).isEqualTo(new Lookup.Absent());
        assertThat(incoming()).isEmpty();
    }

    private List<Path> incoming() throws IOException {
        try (Stream<Path> files = Files.list(volume.resolve("artifacts").resolve(FilesystemObjectStore.INCOMING))) {
            return files.toList();
        }
    }

    private static StoreProblem problem(UploadRoute route) {
        assertThat(route).isInstanceOf(UploadRoute.No.class);
        return ((UploadRoute.No) route).problem();
    }

    private static StoreProblem problem(Receipt receipt) {
        assertThat(receipt).isInstanceOf(Receipt.NotStored.class);
        return ((Receipt.NotStored) receipt).problem();
    }
}
