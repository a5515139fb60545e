// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A network namespace of the test's own, kept by one process that does nothing. */
public final class TestNamespace implements AutoCloseable {

    private static final Path PROC = Path.of("/proc");

    private final Process keeper;

    private TestNamespace(Process keeper) {
        this.keeper = keeper;
    }

    public static TestNamespace open() throws IOException {
        NetNsId ours = NetNsId.of(PROC.resolve("self/ns/net"));
        Process keeper = new ProcessBuilder("unshare", "--net", "sleep", "infinity")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        TestNamespace namespace = new TestNamespace(keeper);
        await("unshare --net").until(() -> !namespace.id().equals(ours));
        return namespace;
    }

    public int pid() {
        return (int) keeper.pid();
    }

    public NetNsId id() throws IOException {
        return NetNsId.of(PROC.resolve(pid() + "/ns/net"));
    }

    public NetNs openHandle() throws IOException {
        return NetNs.open(PROC.resolve(pid() + "/ns/net"));
    }

    /** Runs a program in the namespace and gives back what it printed; fails when it does. */
    public String run(String... command) throws IOException, InterruptedException {
        String[] entering = {"nsenter", "--net", "--target", Integer.toString(pid()), "--"};
        return Programs.run(List.of(entering), List.of(command));
    }

    /** Ends the process, and with it the namespace unless something else holds it. */
    public void endProcess() {
        keeper.destroyForcibly();
        try {
            keeper.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        endProcess();
    }
}
