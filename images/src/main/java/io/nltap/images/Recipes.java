// SPDX-License-Identifier: Apache-2.0
package io.nltap.images;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * What is in the two images: a layer with the Java runtime, one with what Maven built, and one with the class data
 * archive, which alone differs from build to build.
 */
final class Recipes {
    private static final String JAVA = "/opt/java";
    private static final String HOME = "/opt/nltap";
    private static final String NATIVE = HOME + "/native";

    /** Found by running both programs: what jdeps says of their jars is much more. */
    private static final List<String> MODULES = List.of(
            "java.base",
            "java.instrument",
            "java.logging",
            "java.management",
            "java.naming",
            "java.net.http",
            "java.security.jgss",
            "java.sql",
            "java.xml",
            "jdk.crypto.ec",
            "jdk.jcmd",
            "jdk.management",
            "jdk.naming.dns",
            "jdk.unsupported",
            "jdk.zipfs");

    private static final List<String> ALWAYS = List.of(
            "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError", // a half-dead process helps nobody: Kubernetes starts a new one
            "-XX:-UsePerfData", // writes below /tmp
            "-Dfile.encoding=UTF-8",
            "-Djava.io.tmpdir=/tmp");

    private final Path root;
    private final Path work;
    private final String version;
    private final Machine machine;

    /**
     * @param root of the repository, where everything is built
     * @param work an empty directory for intermediate files
     */
    Recipes(Path root, Path work, String version, Machine machine) {
        this.root = root;
        this.work = work;
        this.version = version;
        this.machine = machine;
    }

    List<Image> images() throws IOException, InterruptedException {
        JavaRuntime runtime = JavaRuntime.link(MODULES, work.resolve("java"));
        Path archive = work.resolve("classes.jsa");
        runtime.archiveClasses(archive);
        Layer classes =
                layer("classes", new FileTree().copy(archive, JAVA + "/lib/server/classes.jsa", FileTree.READABLE));
        return List.of(operator(runtime, classes), agent(runtime, classes));
    }

    private Image operator(JavaRuntime runtime, Layer classes) throws IOException, InterruptedException {
        Path built = built("operator/target/quarkus-app");
        List<String> options = new ArrayList<>(ALWAYS);
        options.add("-XX:TieredStopAtLevel=1");
        options.add("-Djava.util.logging.manager=org.jboss.logmanager.LogManager");
        FileTree application = new FileTree()
                .copyAll(built, HOME)
                .text(HOME + "/java.options", String.join("\n", options) + "\n")
                .directory("/var/lib/nltap/artifacts", FileTree.EXECUTABLE);
        return new Image(
                "nltap.io/nltap-operator:" + version,
                "Plans captures of netlink traffic, adds up their answers, and is the gateway to the stores",
                "65532:65532",
                List.of(JAVA + "/bin/java", "@" + HOME + "/java.options", "-jar", HOME + "/quarkus-run.jar"),
                environment("-Xmx160m"),
                List.of(
                        layer("operator-runtime", runtimeTree(runtime, List.of(), List.of())),
                        layer("operator-application", application),
                        classes));
    }

    private Image agent(JavaRuntime runtime, Layer classes) throws IOException, InterruptedException {
        Path jar = built("agent/target/nltap-agent.jar");
        Path libraries = built("agent/target/lib");
        List<String> options = new ArrayList<>(ALWAYS);
        // Native code is in the image already: unpacking it would need a writable directory that allows to run it.
        options.add("-Djffi.boot.library.path=" + NATIVE);
        options.add("-Djna.nounpack=true");
        options.add("--enable-native-access=ALL-UNNAMED"); // newer Java warns without it, and will refuse
        options.add("-Djna.boot.library.path=" + NATIVE);
        FileTree application = new FileTree()
                .copy(jar, HOME + "/nltap-agent.jar", FileTree.READABLE)
                .copyAll(libraries, HOME + "/lib")
                .directory("/var/lib/nltap", FileTree.EXECUTABLE);
        List<Path> natives = List.of(
                fromJar(libraries, "jffi-", "jni/%s-Linux/libjffi-1.2.so".formatted(machine.gnu())),
                fromJar(libraries, "jna-", "com/sun/jna/linux-%s/libjnidispatch.so".formatted(machine.jna())),
                fromJar(libraries, "zstd-jni-", "linux/%s/libzstd-jni".formatted(machine.oci())));
        for (Path library : natives) {
            application.copy(library, NATIVE + "/" + library.getFileName(), FileTree.EXECUTABLE);
        }
        options.add("-DZstdNativePath=%s/%s".formatted(NATIVE, natives.get(2).getFileName()));
        application.text(HOME + "/java.options", String.join("\n", options) + "\n");
        Path pcap = SharedLibraries.find("libpcap.so.0.8", machine, "libpcap0.8");
        return new Image(
                "nltap.io/nltap-agent:" + version,
                "Captures the netlink traffic of pods on one node",
                "0:0",
                List.of(
                        JAVA + "/bin/java",
                        "@" + HOME + "/java.options",
                        "-cp",
                        HOME + "/nltap-agent.jar:" + HOME + "/lib/*",
                        mainClass(jar)),
                environment("-Xmx128m -XX:MaxDirectMemorySize=64m"),
                List.of(
                        layer("agent-runtime", runtimeTree(runtime, List.of(pcap), natives)),
                        layer("agent-application", application),
                        classes));
    }

    /** Options that a user may want to replace; the others are in the file java.options. */
    private static Map<String, String> environment(String memory) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("PATH", JAVA + "/bin");
        environment.put("LANG", "C.UTF-8");
        environment.put("JDK_JAVA_OPTIONS", memory);
        return environment;
    }

    /**
     * @param libraries of this machine that are loaded by name
     * @param natives native code in the other layer
     */
    private FileTree runtimeTree(JavaRuntime runtime, Collection<Path> libraries, Collection<Path> natives)
            throws IOException, InterruptedException {
        List<Path> binaries = new ArrayList<>(runtime.binaries());
        binaries.addAll(libraries);
        binaries.addAll(natives);
        SortedSet<Path> shared = new TreeSet<>(SharedLibraries.neededBy(binaries, runtime.directory()));
        shared.addAll(libraries);
        FileTree tree = new FileTree()
                .copyAll(runtime.directory(), JAVA)
                .directory("/tmp", 01777)
                .directory("/proc", 0555)
                .directory("/sys", 0555)
                .directory("/dev", FileTree.EXECUTABLE)
                .text("/etc/passwd", "root:x:0:0:root:/:/none\nnltap:x:65532:65532:nltap:/:/none\n")
                .text("/etc/group", "root:x:0:\nnltap:x:65532:\n")
                .text("/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n");
        for (Path library : shared) {
            tree.copy(library, library.toString(), FileTree.EXECUTABLE);
        }
        for (Path licence : SharedLibraries.licences(shared)) {
            tree.copy(licence, licence.toString(), FileTree.READABLE);
        }
        Path locale = Path.of("/usr/lib/locale/C.utf8");
        if (Files.isDirectory(locale)) {
            tree.copyAll(locale, locale.toString());
        }
        return tree;
    }

    private Layer layer(String name, FileTree tree) throws IOException {
        return Layer.write(tree, work.resolve(name + ".tar.gz"));
    }

    private Path built(String path) {
        Path file = root.resolve(path);
        if (!Files.exists(file)) {
            throw new ImageBuildException(file + " is not there: images/build builds it first");
        }
        return file;
    }

    private static String mainClass(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            String main = file.getManifest().getMainAttributes().getValue("Main-Class");
            if (main == null) {
                throw new ImageBuildException("the manifest of " + jar + " names no Main-Class");
            }
            return main;
        }
    }

    /**
     * Takes a native library out of a jar.
     *
     * @param jarPrefix how the name of the jar begins
     * @param resource how the name of the resource begins
     */
    private Path fromJar(Path libraries, String jarPrefix, String resource) throws IOException {
        List<Path> jars;
        try (Stream<Path> files = Files.list(libraries)) {
            jars = files.filter(file -> file.getFileName().toString().startsWith(jarPrefix))
                    .sorted()
                    .toList();
        }
        for (Path jar : jars) {
            try (JarFile file = new JarFile(jar.toFile())) {
                Optional<JarEntry> found = file.stream()
                        .filter(entry -> !entry.isDirectory() && entry.getName().startsWith(resource))
                        .findFirst();
                if (found.isPresent()) {
                    Path library = Files.createDirectories(work.resolve("native"))
                            .resolve(Path.of(found.get().getName()).getFileName());
                    try (InputStream in = file.getInputStream(found.get())) {
                        Files.copy(in, library);
                    }
                    return library;
                }
            }
        }
        throw new ImageBuildException("no jar %s*.jar in %s has %s*".formatted(jarPrefix, libraries, resource));
    }
}
