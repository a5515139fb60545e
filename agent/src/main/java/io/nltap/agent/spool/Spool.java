// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.spool;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** All sessions' directories below one root, and the bytes that they may hold together. */
public final class Spool implements AutoCloseable {
    static final String ORDER = "order.json";
    static final String RECORD = ".json";
    private static final String LOCK = ".lock";

    private final Path root;
    private final SpoolBudget budget;
    private final Clock clock;
    private final FileChannel lock;

    private Spool(Path root, SpoolBudget budget, Clock clock, FileChannel lock) {
        this.root = root;
        this.budget = budget;
        this.clock = clock;
        this.lock = lock;
    }

    /**
     * Makes the root if need be, and keeps other agents out of it until this one is closed or dies.
     *
     * @param maxBytes that all sessions together may keep
     * @throws SpoolInUseException when another agent has it; it may be about to end
     * @throws IOException also when the root is a symbolic link
     */
    public static Spool open(Path root, long maxBytes, Clock clock) throws IOException {
        SpoolFiles.makeDirectory(root);
        FileChannel channel = SpoolFiles.openLock(root.resolve(LOCK));
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return new Spool(root, new SpoolBudget(maxBytes), clock, channel);
            }
        } catch (OverlappingFileLockException e) { // this very process has it
            channel.close();
            throw new SpoolInUseException(root);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw new SpoolInUseException(root);
    }

    /** Where the sessions' directories are. */
    public Path root() {
        return root;
    }

    /** Bytes on the disk or reserved, of all sessions. */
    public long usedBytes() {
        return budget.used();
    }

    public long maxBytes() {
        return budget.max();
    }

    /**
     * Makes the directory of a new session.
     *
     * @throws FileAlreadyExistsException when an agent before this one had that session: see {@link #leftovers}
     */
    public SpoolSession begin(SpoolOrder order) throws IOException {
        Path directory = root.resolve(order.uid());
        if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(directory.toString());
        }
        SpoolFiles.makeDirectory(directory);
        try {
            SpoolFiles.writeJson(directory.resolve(ORDER), order);
        } catch (IOException e) {
            Files.deleteIfExists(directory.resolve(ORDER + SpoolFiles.PART));
            Files.deleteIfExists(directory.resolve(ORDER));
            Files.delete(directory);
            throw e;
        }
        return new SpoolSession(directory, order, budget, 0, List.of(), List.of());
    }

    /**
     * What agents before this one left. Segments that were being written are made whole. To be called once, before
     * {@link #begin}.
     */
    public Leftovers leftovers() throws IOException {
        List<SpoolSession> sessions = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (Path directory : SpoolFiles.list(root)) {
            if (directory.endsWith(LOCK)) {
                continue;
            }
            try {
                new LeftoverSession(directory, budget, clock, problems)
                        .recover()
                        .ifPresent(sessions::add);
            } catch (IOException e) {
                problems.add("cannot recover %s: %s".formatted(directory, e));
            }
        }
        return new Leftovers(List.copyOf(sessions), List.copyOf(problems));
    }

    /**
     * @param sessions whose segments are still to be uploaded
     * @param problems what is there and cannot be uploaded, in words; it is left as it is
     */
    public record Leftovers(List<SpoolSession> sessions, List<String> problems) {}

    /** Lets other agents in. The sessions' directories stay. */
    @Override
    public void close() throws IOException {
        lock.close();
    }
}
