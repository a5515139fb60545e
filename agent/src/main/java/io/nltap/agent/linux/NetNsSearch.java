// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** One search for network namespaces. Processes end under its eyes: what is gone is no news, what is forbidden is. */
final class NetNsSearch {

    private static final String NET = "net:[";

    private final NetNamespaces.Found found;
    private final Set<NetNsId> mountNamespaces = new HashSet<>();

    /** Namespaces, by inode, whose mount cannot be reached by its path: it is covered by another, or its file deleted. */
    private final Map<Long, Path> unreached = new LinkedHashMap<>();

    /** Whether something of the present process could not be looked at; said once for each process. */
    private boolean hidden;

    NetNsSearch(NetNamespaces.Found found) {
        this.found = found;
    }

    /** To be called after the last process: only now is it known what was found in no other way. */
    void finish() {
        for (NetNsId id : found.byId().keySet()) {
            unreached.remove(id.inode());
        }
        unreached.forEach((inode, path) ->
                found.unreadable().add(path + ": net:[" + inode + "] is mounted there, but cannot be reached"));
    }

    void process(Path process) {
        hidden = false;
        look(process.resolve("ns/net"), this::open);
        if (hidden) {
            // The same goes for everything else of this process.
            return;
        }
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
        NetNsId id = NetNsId.of(namespace);
        if (mountNamespaces.contains(id)) {
            return;
        }
        Map<Long, Path> missed = new LinkedHashMap<>();
        for (String line : Files.readAllLines(process.resolve("mountinfo"))) {
            NsfsMount.parse(line).ifPresent(mount -> mount(mount, mount.under(process.resolve("root")), missed));
        }
        // If the process ended meanwhile this says nothing, and another that shares the mounts has to be looked at.
        if (Files.exists(namespace)) {
            mountNamespaces.add(id);
            unreached.putAll(missed);
        }
    }

    private void mount(NsfsMount mount, Path path, Map<Long, Path> missed) {
        try {
            if (NetNsId.of(path).inode() == mount.inode()) {
                open(path);
                return;
            }
        } catch (IOException e) {
            // No way in from here, which is all the same as being covered by another mount.
        }
        missed.put(mount.inode(), path);
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
                hide(path, e);
            }
        }
    }

    private void hide(Path path, IOException e) {
        if (!hidden) {
            hidden = true;
            String why = e instanceof AccessDeniedException ? "permission denied" : String.valueOf(e.getMessage());
            found.unreadable().add(path + ": " + why);
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
