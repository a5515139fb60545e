// SPDX-License-Identifier: Apache-2.0
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * What {@code ./dev test} says at the end: tests by kind, what failed, what did not run and why. Run from source:
 * {@code java TestReport.java ROOT [FAILED-STEP...]}. Exit status 1 when a test or a step failed, when a test class has
 * no result, or when a kind of test that always has to run did not.
 */
public final class TestReport {
    /** The kinds of test, as CONTRIBUTING.md describes them; the name of a test class tells its kind. */
    enum Kind {
        UNIT("unit", true),
        FUZZ("fuzz replay", true),
        ARCHITECTURE("architecture", true),
        MOCK("operator on the embedded API server", true),
        REAL("on a real API server", false),
        KERNEL("agent on a real kernel", true),
        DEMO("demo, everything together", true);

        final String title;
        final boolean always;

        Kind(String title, boolean always) {
            this.title = title;
            this.always = always;
        }

        static Kind of(String simpleName) {
            if (simpleName.endsWith("KernelIT")) {
                return KERNEL;
            }
            if (simpleName.endsWith("DemoIT")) {
                return DEMO;
            }
            if (simpleName.endsWith("FuzzTest")) {
                return FUZZ;
            }
            if (simpleName.endsWith("ArchitectureTest")) {
                return ARCHITECTURE;
            }
            if (simpleName.endsWith("RealServerTest") || simpleName.matches("(?!Embedded).*ApiServerTest")) {
                return REAL;
            }
            return simpleName.endsWith("EmbeddedServerTest") ? MOCK : UNIT;
        }
    }

    enum Outcome {
        PASSED,
        FAILED,
        SKIPPED
    }

    /** @param kernel its release, for tests that run on kernels of their own; else empty */
    record Result(String kernel, String className, String test, Outcome outcome, String message, double seconds) {
        String outerName() {
            return className.replaceFirst("\\$.*", "");
        }

        String simpleName() {
            return outerName().substring(outerName().lastIndexOf('.') + 1);
        }

        Kind kind() {
            return Kind.of(simpleName());
        }

        String place() {
            return kernel.isEmpty() ? "" : " on Linux " + kernel;
        }
    }

    /** First kernel that tells the agent's programs who sends, 6.10: its tests have to run on such a one too. */
    private static final int[] NEW_KERNEL = {6, 10};

    /** Of the reason of one failure: assertions say on several what they expected and found. */
    private static final int MAX_LINES = 12;

    /** target/kernel-reports/RELEASE/TEST-….xml */
    private static final String KERNEL_REPORTS = "kernel-reports";

    private final Path root;
    private final List<Result> results = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();

    private TestReport(Path root) {
        this.root = root;
    }

    public static void main(String[] arguments) throws Exception {
        TestReport report = new TestReport(Path.of(arguments[0]));
        for (int i = 1; i < arguments.length; i++) {
            report.complaints.add("step " + arguments[i]);
        }
        report.readResults();
        report.complainAboutClassesWithoutResult();
        report.complainAboutKindsThatDidNotRun();
        report.complainAboutOldKernels();
        report.print();
        System.exit(report.isGood() ? 0 : 1);
    }

    private void readResults() throws Exception {
        for (Path file : filesBelow("target", "TEST-.*\\.xml")) {
            Element document = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(file.toFile())
                    .getDocumentElement();
            NodeList cases = document.getElementsByTagName("testcase");
            for (int i = 0; i < cases.getLength(); i++) {
                Element testcase = (Element) cases.item(i);
                results.add(result(kernel(file), className(testcase, file), testcase));
            }
        }
    }

    /** Tests that are fields, such as ArchUnit's, carry the simple name of their class only: the file has all of it. */
    private static String className(Element testcase, Path report) {
        String name = testcase.getAttribute("classname");
        return name.contains(".") ? name : report.getFileName().toString().replaceAll("^TEST-|\\.xml$", "");
    }

    private static String kernel(Path report) {
        Path directory = report.getParent();
        return directory.getParent().endsWith(KERNEL_REPORTS)
                ? directory.getFileName().toString()
                : "";
    }

    private static Result result(String kernel, String className, Element testcase) {
        Optional<Element> failure = child(testcase, "failure").or(() -> child(testcase, "error"));
        Optional<Element> skipped = child(testcase, "skipped");
        Outcome outcome = failure.isPresent()
                ? Outcome.FAILED
                : skipped.isPresent() ? Outcome.SKIPPED : Outcome.PASSED;
        return new Result(
                kernel,
                className,
                testcase.getAttribute("name"),
                outcome,
                failure.or(() -> skipped).map(TestReport::message).orElse(""),
                seconds(testcase.getAttribute("time")));
    }

    private static Optional<Element> child(Element parent, String name) {
        return Optional.ofNullable((Element) parent.getElementsByTagName(name).item(0));
    }

    private static String message(Element problem) {
        String message = problem.getAttribute("message");
        String text = (message.isBlank() ? problem.getTextContent() : message).strip();
        List<String> lines = text.lines().filter(line -> !line.isBlank()).limit(MAX_LINES).toList();
        return lines.isEmpty() ? "no reason given" : String.join("\n  ", lines);
    }

    private static double seconds(String time) {
        // Surefire groups thousands with a comma.
        return time.isEmpty() ? 0 : Double.parseDouble(time.replace(",", ""));
    }

    /** A fork that died or a pattern that matches nothing must not pass for a green test. */
    private void complainAboutClassesWithoutResult() throws IOException {
        Set<String> seen = results.stream()
                .map(result -> result.outerName() + result.place())
                .collect(Collectors.toSet());
        for (Path source : filesBelow("src/test/java", ".*(Test|KernelIT|DemoIT)\\.java")) {
            String name = className(source);
            String simpleName = name.substring(name.lastIndexOf('.') + 1);
            boolean isAbstract = Files.readString(source).contains("abstract class " + simpleName);
            List<String> places = Kind.of(simpleName) == Kind.KERNEL ? kernels() : List.of("");
            for (String place : places) {
                if (!isAbstract && !seen.contains(name + place)) {
                    complaints.add("no test of " + name + place + " ran");
                }
            }
        }
    }

    /** Where tests of the agent ran, in the words of {@link Result#place()}. */
    private List<String> kernels() {
        return results.stream()
                .filter(result -> result.kind() == Kind.KERNEL)
                .map(Result::place)
                .distinct()
                .sorted()
                .toList();
    }

    private void complainAboutOldKernels() {
        if (results.stream().noneMatch(result -> isNew(result.kernel()))) {
            complaints.add("no test of the agent ran on a kernel of %d.%d or newer"
                    .formatted(NEW_KERNEL[0], NEW_KERNEL[1]));
        }
    }

    private static boolean isNew(String kernel) {
        String[] release = kernel.split("[^0-9]+");
        if (release.length < NEW_KERNEL.length) {
            return false;
        }
        int[] numbers = {Integer.parseInt(release[0]), Integer.parseInt(release[1])};
        return Arrays.compare(numbers, NEW_KERNEL) >= 0;
    }

    private static String className(Path source) {
        String path = source.toString().replace('\\', '/');
        return path.substring(path.indexOf("src/test/java/") + "src/test/java/".length())
                .replaceFirst("\\.java$", "")
                .replace('/', '.');
    }

    private void complainAboutKindsThatDidNotRun() {
        boolean hasServer = System.getenv("NLTAP_TEST_KUBECONFIG") != null;
        for (Kind kind : Kind.values()) {
            boolean expected = kind.always || kind == Kind.REAL && hasServer;
            boolean ran = results.stream().anyMatch(r -> r.kind() == kind && r.outcome() != Outcome.SKIPPED);
            if (expected && !ran) {
                complaints.add("no test of this kind ran: " + kind.title);
            }
        }
    }

    private void print() {
        System.out.printf("%n%-38s %7s %7s %8s %8s%n", "tests by kind", "passed", "failed", "skipped", "seconds");
        Map<Kind, List<Result>> byKind =
                results.stream().collect(Collectors.groupingBy(Result::kind, () -> new EnumMap<>(Kind.class), Collectors.toList()));
        for (Kind kind : Kind.values()) {
            List<Result> of = byKind.getOrDefault(kind, List.of());
            if (kind == Kind.KERNEL && !of.isEmpty()) {
                kernels().forEach(place -> printCounts(
                        "agent" + place,
                        of.stream().filter(result -> result.place().equals(place)).toList()));
            } else {
                printCounts(kind.title, of);
            }
        }
        printSkipped();
        printFailed();
        complaints.forEach(complaint -> System.out.println("FAILED: " + complaint));
        System.out.println();
        System.out.printf(
                "%d passed, %d failed, %d skipped%n",
                count(results, Outcome.PASSED), count(results, Outcome.FAILED), count(results, Outcome.SKIPPED));
    }

    private static void printCounts(String title, List<Result> of) {
        System.out.printf(
                "%-38s %7d %7d %8d %8.0f%n",
                title,
                count(of, Outcome.PASSED),
                count(of, Outcome.FAILED),
                count(of, Outcome.SKIPPED),
                of.stream().mapToDouble(Result::seconds).sum());
    }

    private void printSkipped() {
        Map<String, Integer> reasons = new TreeMap<>();
        results.stream()
                .filter(result -> result.outcome() == Outcome.SKIPPED)
                .forEach(result -> reasons.merge(result.simpleName() + result.place() + ": " + result.message(), 1, Integer::sum));
        if (!reasons.isEmpty()) {
            System.out.printf("%nDid not run:%n");
            reasons.forEach((reason, tests) -> System.out.printf("  %d of %s%n", tests, reason));
        }
    }

    private void printFailed() {
        Set<String> failed = new TreeSet<>();
        results.stream()
                .filter(result -> result.outcome() == Outcome.FAILED)
                .forEach(result -> failed.add(result.simpleName() + "." + result.test() + result.place() + ": " + result.message()));
        if (!failed.isEmpty() || !complaints.isEmpty()) {
            System.out.println();
        }
        failed.forEach(test -> System.out.println("FAILED: " + test));
    }

    private boolean isGood() {
        return complaints.isEmpty() && count(results, Outcome.FAILED) == 0;
    }

    private static long count(List<Result> results, Outcome outcome) {
        return results.stream().filter(result -> result.outcome() == outcome).count();
    }

    /** Files with such a name below that directory of any module, in the order of their paths. */
    private List<Path> filesBelow(String directory, String name) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> modules = Files.list(root)) {
            for (Path start : modules.map(module -> module.resolve(directory)).filter(Files::isDirectory).toList()) {
                try (Stream<Path> files = Files.walk(start)) {
                    files.filter(file -> file.getFileName().toString().matches(name)).forEach(found::add);
                }
            }
        }
        found.sort(Comparator.naturalOrder());
        return found;
    }
}
