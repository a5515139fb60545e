// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.store;

import io.nltap.operator.store.StoreProblem.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** Copies what somebody sends, and says whether it is what they announced. */
final class CheckedCopy {
    private static final int CHUNK = 64 * 1024;

    private final Content announced;
    private final MessageDigest sha256 = sha256();

    CheckedCopy(Content announced) {
        this.announced = announced;
    }

    /**
     * @return why what arrived is not what was announced; a sender that breaks off is no exception
     * @throws IOException when the file cannot be written
     */
    Optional<StoreProblem> copy(InputStream body, FileChannel file) throws IOException {
        byte[] chunk = new byte[CHUNK];
        long copied = 0;
        while (true) {
            int read;
            try {
                read = body.read(chunk);
            } catch (IOException e) {
                return Optional.of(damaged("the sender broke off after %d of %d bytes: %s"
                        .formatted(copied, announced.size(), e.getMessage())));
            }
            if (read < 0) {
                return check(copied);
            }
            copied += read;
            if (copied > announced.size()) {
                return Optional.of(damaged("more arrived than the %d bytes announced".formatted(announced.size())));
            }
            sha256.update(chunk, 0, read);
            for (ByteBuffer left = ByteBuffer.wrap(chunk, 0, read); left.hasRemaining(); ) {
                file.write(left);
            }
        }
    }

    private Optional<StoreProblem> check(long copied) {
        if (copied != announced.size()) {
            return Optional.of(damaged("%d bytes arrived of %d announced".formatted(copied, announced.size())));
        }
        String arrived = HexFormat.of().formatHex(sha256.digest());
        return arrived.equals(announced.sha256())
                ? Optional.empty()
                : Optional.of(damaged(
                        "what arrived has SHA-256 %s, announced was %s".formatted(arrived, announced.sha256())));
    }

    private static StoreProblem damaged(String what) {
        return new StoreProblem(Kind.DAMAGED, what + "; nothing was stored");
    }

    /** Reads a whole file. */
    static Content contentOf(Path path) throws IOException {
        try (InputStream file = Files.newInputStream(path)) {
            return contentOf(file);
        }
    }

    /** Reads a stream to its end. */
    static Content contentOf(InputStream stream) throws IOException {
        MessageDigest sha256 = sha256();
        byte[] chunk = new byte[CHUNK];
        long size = 0;
        for (int read = stream.read(chunk); read >= 0; read = stream.read(chunk)) {
            sha256.update(chunk, 0, read);
            size += read;
        }
        return new Content(size, HexFormat.of().formatHex(sha256.digest()));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
