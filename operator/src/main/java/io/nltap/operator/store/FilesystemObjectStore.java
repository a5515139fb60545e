// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.store;

import io.nltap.api.v1alpha1.ArtifactKey;
import io.nltap.operator.store.StoreProblem.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A directory. A file gets its name only when it is whole and on the disk, by a hard link, which fails when the name is
 * taken: so also two operators on one volume never overwrite or see half of a file.
 */
public final class FilesystemObjectStore implements ObjectStore {

    /** No part of a key begins with a dot. */
    static final String INCOMING = ".incoming";

    private final Path volume;
    private final Path root;
    private final FilesystemLimits limits;

    /**
     * @param volume must exist
     * @param directory of the volume, made when it is first used
     */
    public FilesystemObjectStore(Path volume, String directory, FilesystemLimits limits) {
        this.volume = volume;
        this.root = volume.resolve(directory);
        this.limits = limits;
    }

    @Override
    public Lookup find(ArtifactKey key) {
        try {
            return new Lookup.Found(Files.size(path(key)));
        } catch (NoSuchFileException e) {
            return new Lookup.Absent();
        } catch (IOException e) {
            return new Lookup.Unknown("%s cannot be read: %s".formatted(path(key), e));
        }
    }

    @Override
    public UploadRoute routeFor(ArtifactKey key, Content content) {
        try {
            if (Files.exists(path(key))) {
                return compare(key, content)
                        .<UploadRoute>map(UploadRoute.No::new)
                        .orElseGet(UploadRoute.AlreadyThere::new);
            }
            return limits.refuse(volume, content.size())
                    .<UploadRoute>map(UploadRoute.No::new)
                    .orElseGet(UploadRoute.Take::new);
        } catch (IOException e) {
            return new UploadRoute.No(unavailable(e));
        }
    }

    @Override
    public Receipt take(ArtifactKey key, Content content, InputStream body) {
        try {
            Optional<StoreProblem> refused = limits.refuse(volume, content.size());
            if (refused.isPresent()) {
                return new Receipt.NotStored(refused.get());
            }
            return receive(key, content, body)
                    .<Receipt>map(Receipt.NotStored::new)
                    .orElseGet(Receipt.Stored::new);
        } catch (IOException e) {
            return new Receipt.NotStored(limits.isFull(volume, e) ? limits.full(volume) : unavailable(e));
        }
    }

    private Optional<StoreProblem> receive(ArtifactKey key, Content content, InputStream body) throws IOException {
        Path incoming = made(root.resolve(INCOMING)).resolve(UUID.randomUUID() + ".part");
        try {
            Optional<StoreProblem> damaged = write(incoming, content, body);
            return damaged.isPresent() ? damaged : publish(incoming, key, content);
        } finally {
            Files.deleteIfExists(incoming);
        }
    }

    private static Optional<StoreProblem> write(Path incoming, Content content, InputStream body) throws IOException {
        try (FileChannel file = FileChannel.open(incoming, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            Optional<StoreProblem> damaged = new CheckedCopy(content).copy(body, file);
            if (damaged.isEmpty()) {
                file.force(true);
            }
            return damaged;
        }
    }

    private Optional<StoreProblem> publish(Path incoming, ArtifactKey key, Content content) throws IOException {
        Path directory = made(root.resolve(key.directory()));
        try {
            link(incoming, path(key));
        } catch (FileAlreadyExistsException e) {
            return compare(key, content);
        }
        sync(directory);
        return Optional.empty();
    }

    private static void link(Path incoming, Path path) throws IOException {
        try {
            Files.createLink(path, incoming);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (UnsupportedOperationException | FileSystemException e) {
            // A volume without hard links; there only the two steps of a look and a rename can be had.
            Files.move(incoming, path);
        }
    }

    /** Removes what an operator that was killed has left; files that are still being written are younger. */
    public void removeLeftovers(Instant olderThan) throws IOException {
        Path incoming = root.resolve(INCOMING);
        if (!Files.isDirectory(incoming)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(incoming)) {
            for (Path file : files) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(olderThan)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /** Empty when what is there is the same. */
    private Optional<StoreProblem> compare(ArtifactKey key, Content content) throws IOException {
        Content there = CheckedCopy.contentOf(path(key));
        return there.equals(content)
                ? Optional.empty()
                : Optional.of(new StoreProblem(
                        Kind.CONFLICT,
                        "the store holds another file under %s, %s, and keeps it; the one offered has %s"
                                .formatted(key, there, content)));
    }

    @Override
    public Receipt put(ArtifactKey key, Content content, byte[] bytes) {
        UploadRoute route = routeFor(key, content);
        if (route instanceof UploadRoute.No no) {
            return new Receipt.NotStored(no.problem());
        }
        return route instanceof UploadRoute.AlreadyThere
                ? new Receipt.Stored()
                : take(key, content, new ByteArrayInputStream(bytes));
    }

    @Override
    public InputStream open(ArtifactKey key) throws IOException {
        return Files.newInputStream(path(key));
    }

    @Override
    public DownloadRoute download(ArtifactKey key) {
        return new DownloadRoute.Local(path(key));
    }

    @Override
    public Optional<StoreProblem> check() {
        try {
            Path probe = made(root.resolve(INCOMING)).resolve(UUID.randomUUID() + ".probe");
            Files.createFile(probe);
            Files.delete(probe);
            return limits.refuse(volume, 0);
        } catch (IOException e) {
            return Optional.of(unavailable(e));
        }
    }

    /** Makes what is missing of the way from the volume to a directory, so that it survives a crash. */
    private Path made(Path directory) throws IOException {
        Path made = volume;
        for (Path name : volume.relativize(directory)) {
            Path next = made.resolve(name);
            if (!Files.isDirectory(next)) {
                makeOne(next);
                sync(made);
            }
            made = next;
        }
        return directory;
    }

    private static void makeOne(Path directory) throws IOException {
        try {
            Files.createDirectory(directory);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory)) { // else somebody else has just made it
                throw e;
            }
        }
    }

    private static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private Path path(ArtifactKey key) {
        return root.resolve(key.toString());
    }

    private StoreProblem unavailable(IOException e) {
        return new StoreProblem(
                Kind.UNAVAILABLE,
                "the operator cannot use %s: %s; is its volume mounted, and writable for the operator's user?"
                        .formatted(root, e));
    }

    @Override
    public void close() {}
}
