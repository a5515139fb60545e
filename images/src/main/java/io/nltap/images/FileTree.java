// SPDX-License-Identifier: Apache-2.0
package io.nltap.images;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files of one layer by their absolute path in the image. Everything belongs to root; parents come by themselves. */
final class FileTree {
    static final int READABLE = 0644;
    static final int EXECUTABLE = 0755;

    private static final int DIRECTORY = 0755;

    /** What is at a path. */
    sealed interface Entry {
        int mode();

        record Directory(int mode) implements Entry {}

        record Copy(Path source, int mode) implements Entry {}

        record Bytes(byte[] content, int mode) implements Entry {}

        record Link(String target) implements Entry {
            @Override
            public int mode() {
                return 0777;
            }
        }
    }

    private final SortedMap<String, Entry> entries = new TreeMap<>();

    /** By path without the leading slash, parents before children. */
    Map<String, Entry> entries() {
        return entries;
    }

    FileTree directory(String path, int mode) {
        return put(path, new Entry.Directory(mode));
    }

    FileTree text(String path, String content) {
        return put(path, new Entry.Bytes(content.getBytes(StandardCharsets.UTF_8), READABLE));
    }

    FileTree bytes(String path, byte[] content, int mode) {
        return put(path, new Entry.Bytes(content, mode));
    }

    /** The content of a file, also when the source is a symbolic link. */
    FileTree copy(Path source, String path, int mode) {
        return put(path, new Entry.Copy(source, mode));
    }

    /** A directory with all that is in it; symbolic links stay links. */
    FileTree copyAll(Path source, String path) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(source)) {
            files = walk.sorted().toList();
        }
        for (Path file : files) {
            String at = file.equals(source) ? path : path + "/" + source.relativize(file);
            if (Files.isSymbolicLink(file)) {
                put(at, new Entry.Link(Files.readSymbolicLink(file).toString()));
            } else if (Files.isDirectory(file)) {
                directory(at, DIRECTORY);
            } else {
                copy(file, at, Files.isExecutable(file) ? EXECUTABLE : READABLE);
            }
        }
        return this;
    }

    private FileTree put(String path, Entry entry) {
        if (!path.startsWith("/") || path.endsWith("/")) {
            throw new IllegalArgumentException("not an absolute path in an image: " + path);
        }
        String name = path.substring(1);
        for (int slash = name.indexOf('/'); slash > 0; slash = name.indexOf('/', slash + 1)) {
            entries.putIfAbsent(name.substring(0, slash), new Entry.Directory(DIRECTORY));
        }
        entries.put(name, entry);
        return this;
    }
}
