// SPDX-License-Identifier: Apache-2.0
package io.nltap.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The shared libraries of this machine that native code in an image needs, with their licences. */
final class SharedLibraries {
    // libz.so.1 => /lib/x86_64-linux-gnu/libz.so.1 (0x00007f...)    or the dynamic linker: /lib64/ld-linux-x86-64.so.2
    // (0x...)
    private static final Pattern RESOLVED = Pattern.compile("(?m)^\\s+(?:\\S+ => )?(/\\S+) \\(0x[0-9a-f]+\\)$");
    private static final Pattern MISSING = Pattern.compile("(?m)^\\s+(\\S+) => not found$");

    private SharedLibraries() {}

    /**
     * All that these programs and libraries need, themselves not included, where the dynamic linker looks for it.
     *
     * @param own a directory whose libraries find each other, and come into the image in another way
     */
    static SortedSet<Path> neededBy(Collection<Path> binaries, Path own) throws IOException, InterruptedException {
        SortedSet<Path> needed = new TreeSet<>();
        for (Path binary : binaries) {
            Program.Result ldd = Program.run(List.of("ldd", binary.toString()));
            if (ldd.status() != 0 && !ldd.output().contains("not a dynamic executable")) {
                throw new ImageBuildException(
                        "ldd %s: %s".formatted(binary, ldd.output().strip()));
            }
            Matcher missing = MISSING.matcher(ldd.output());
            while (missing.find()) {
                if (!isIn(own, missing.group(1))) {
                    throw new ImageBuildException("%s needs %s, which is not on this machine: install its package"
                            .formatted(binary, missing.group(1)));
                }
            }
            RESOLVED.matcher(ldd.output())
                    .results()
                    .map(line -> Path.of(line.group(1)))
                    .filter(library -> !library.startsWith(own))
                    .forEach(needed::add);
        }
        return needed;
    }

    /** A library by its file name, from where this machine keeps them. */
    static Path find(String fileName, Machine machine, String debianPackage) {
        String triplet = machine.gnu() + "-linux-gnu";
        return Stream.of("/usr/lib/" + triplet, "/lib/" + triplet, "/usr/lib64", "/lib64", "/usr/lib", "/lib")
                .map(directory -> Path.of(directory, fileName))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new ImageBuildException(
                        "%s is not on this machine: apt-get install %s".formatted(fileName, debianPackage)));
    }

    /** The licence texts of the Debian packages that these files came from; none where there is no dpkg. */
    static SortedSet<Path> licences(Collection<Path> files) throws IOException, InterruptedException {
        SortedSet<Path> licences = new TreeSet<>();
        for (Path file : files) {
            List<String> command = new ArrayList<>(List.of("dpkg-query", "--search"));
            command.add("*/" + file.toRealPath().getFileName());
            for (String line : Program.run(command).output().split("\n")) {
                Path licence = Path.of("/usr/share/doc", line.replaceFirst("[:,].*", ""), "copyright");
                if (Files.exists(licence)) {
                    licences.add(licence);
                }
            }
        }
        return licences;
    }

    private static boolean isIn(Path directory, String fileName) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.anyMatch(file -> file.endsWith(fileName));
        }
    }
}
