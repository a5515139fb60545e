// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

/** One search for network namespaces. Processes end under its eyes: what is gone is no news, what is forbidden is. */
final class NetNsSearch {

    private static final String NET = "net:[";

    private final NetNamespaces.Found found;
    private final Set<NetNsId> mountNamespaces = new HashSet<>();

    NetNsSearch(NetNamespaces.Found found) {
        this.found = found;
    }

    void process(Path process) {
        look(process.resolve("ns/net"), this::open);
        entries(process.resolve("task"), task -> look(task.resolve("ns/net"), this::open));
        entries(process.resolve("fd"), fd -> look(fd, this::descriptor));
        look(process.resolve("ns/mnt"), namespace -> mounts(process, namespace));
    }

    private void open(Path path) throws IOException {
        if (!found.byId().containsKey(NetNsId.of(path))) {
            keep(NetNs.open(path));
        }
    }

    private void keep(NetNs namespace) {
        if (found.byId().putIfAbsent(namespace.id(), namespace) != null) {
            namespace.close();
        }
    }

    private void descriptor(Path fd) throws IOException {
        if (Files.readSymbolicLink(fd).toString().startsWith(NET)) {
            open(fd);
        }
    }

    /** Looks at the mounts of a process, once for all processes that share them. */
    private void mounts(Path process, Path namespace) throws IOException {
        if (!mountNamespaces.add(NetNsId.of(namespace))) {
            return;
        }
        for (String line : Files.readAllLines(process.resolve("mountinfo"))) {
            NsfsMount.parse(line)
                    .ifPresent(mount -> look(mount.under(process.resolve("root")), path -> {
                        if (NetNsId.of(path).inode() != mount.inode()) {
                            found.unreadable().add(path + ": net:[" + mount.inode() + "] is mounted there but covered");
                        } else {
                            open(path);
                        }
                    }));
        }
    }

    @FunctionalInterface
    private interface Look {
        void at(Path path) throws IOException;
    }

    private void look(Path path, Look look) {
        try {
            look.at(path);
        } catch (IOException e) {
            if (!isGone(e)) {
                found.unreadable().add(Objects.requireNonNullElse(e.getMessage(), path.toString()));
            }
        }
    }

    private void entries(Path directory, Look look) {
        look(directory, path -> {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
                for (Path entry : entries) {
                    look(entry, look);
                }
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
        });
    }

    /** Whether this says that a process, thread or descriptor has ended. */
    static boolean isGone(IOException e) {
        if (e instanceof KernelException kernel) {
            return kernel.is(Errno.ENOENT) || kernel.is(Errno.ESRCH);
        }
        return e instanceof NoSuchFileException
                || (e instanceof FileSystemException file && Errno.ESRCH.text().equals(file.getReason()));
    }
}
