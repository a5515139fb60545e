// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.demo;

import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code ./dev demo}: where everything is put together. Ends with status 0 when every promise was kept. */
public final class Demo {
    private static final List<String> OPTIONS =
            List.of("--root", "--modules", "--kubeconfig", "--image", "--node", "--operator-namespace");

    private Demo() {}

    public static void main(String[] arguments) {
        Clock clock = Clock.systemUTC();
        Narrator narrator = new Narrator(System.out, clock);
        try {
            Map<String, String> options = options(arguments);
            DemoFiles files = new DemoFiles(Path.of(required(options, "--root")));
            if (options.containsKey("--kubeconfig")) {
                new ClusterDemo(clusterSettings(options), files, narrator, clock).run();
            } else {
                new EmbeddedDemo(files, Path.of(required(options, "--modules")), narrator, clock).run();
            }
        } catch (Exception e) {
            narrator.abandon(e);
        }
        System.exit(narrator.conclude() ? 0 : 1);
    }

    private static ClusterDemo.Settings clusterSettings(Map<String, String> options) {
        return new ClusterDemo.Settings(
                Path.of(required(options, "--kubeconfig")),
                options.getOrDefault("--operator-namespace", "nltap"),
                options.getOrDefault("--image", "busybox:1.36"),
                Optional.ofNullable(options.get("--node")));
    }

    private static Map<String, String> options(String[] arguments) {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            if (!OPTIONS.contains(arguments[i]) || i + 1 == arguments.length) {
                throw new IllegalArgumentException(
                        "the options are %s, each with a value, but there is %s".formatted(OPTIONS, arguments[i]));
            }
            options.put(arguments[i], arguments[i + 1]);
        }
        return options;
    }

    private static String required(Map<String, String> options, String name) {
        String value = options.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the option %s is missing".formatted(name));
        }
        return value;
    }
}
