// SPDX-License-Identifier: Apache-2.0
package io.nltap.images;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/** {@code BuildImages ROOT OUT}: writes nltap-operator.tar and nltap-agent.tar into OUT from what is built below ROOT. */
public final class BuildImages {
    private static final long MIB = 1 << 20;
    private static final long LIMIT = 200 * MIB;

    private BuildImages() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length != 2) {
            System.err.println("usage: BuildImages ROOT OUT");
            System.exit(2);
        }
        try {
            build(Path.of(arguments[0]), Path.of(arguments[1]));
        } catch (ImageBuildException e) {
            System.err.println("images: " + e.getMessage());
            System.exit(1);
        }
    }

    private static void build(Path root, Path out) throws IOException, InterruptedException {
        Path absolute = Files.createDirectories(out).toRealPath();
        Path work = Files.createTempDirectory(absolute, ".work");
        try {
            build(root.toRealPath(), work, absolute);
        } finally {
            delete(work);
        }
    }

    private static void build(Path root, Path work, Path out) throws IOException, InterruptedException {
        Machine machine = Machine.here();
        OciArchive archive = new OciArchive(machine.oci());
        for (Image image : new Recipes(root, work, version(), machine).images()) {
            String name = image.reference().replaceFirst(".*/", "").replaceFirst(":.*", "");
            Path file = out.resolve(name + ".tar");
            archive.write(image, file);
            long size = Files.size(file);
            System.out.printf("%s  %.1f MiB  %s%n", image.reference(), (double) size / MIB, file);
            if (size > LIMIT) {
                throw new ImageBuildException("%s is larger than %d MiB".formatted(file, LIMIT / MIB));
            }
        }
    }

    private static String version() throws IOException {
        try (InputStream in = Objects.requireNonNull(BuildImages.class.getResourceAsStream("version.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }

    private static void delete(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, java.io.IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
