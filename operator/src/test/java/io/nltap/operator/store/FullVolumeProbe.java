// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.store;

import static io.nltap.operator.store.Samples.bytes;
import static io.nltap.operator.store.Samples.contentOf;
import static io.nltap.operator.store.Samples.key;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Stores files on a small volume until it is full, then makes room, in a process of its own that alone sees the volume.
 * Arguments: the volume, and the file for what happened.
 */
final class FullVolumeProbe {
    private static final int SIZE = 700_000;

    private FullVolumeProbe() {}

    public static void main(String[] args) throws IOException {
        Path volume = Path.of(args[0]);
        List<String> told = new ArrayList<>();
        // Does not look whether there is room, so that the kernel has to say so.
        FilesystemObjectStore store =
                new FilesystemObjectStore(volume, "artifacts", new FilesystemLimits(1 << 20, Long.MIN_VALUE / 2));
        for (int number = 0; number < 3; number++) {
            told.add(take(store, number));
        }
        told.add(store.find(key(2)).toString());
        try (Stream<Path> left = Files.list(volume.resolve("artifacts").resolve(FilesystemObjectStore.INCOMING))) {
            told.add(left.toList().toString());
        }
        Files.delete(volume.resolve("artifacts/" + key(0)));
        told.add(take(store, 2));
        Files.write(Path.of(args[1]), told);
    }

    private static String take(FilesystemObjectStore store, int number) {
        byte[] bytes = bytes(number, SIZE);
        Receipt receipt = store.take(key(number), contentOf(bytes), new ByteArrayInputStream(bytes));
        return receipt instanceof Receipt.NotStored no ? no.problem().kind().name() : "Stored";
    }
}
