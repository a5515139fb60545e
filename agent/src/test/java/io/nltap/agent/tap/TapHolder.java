// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/** A process that opens a tap and holds it until it is killed. */
final class TapHolder implements AutoCloseable {

    private static final PrintStream OUT = System.out;

    private final Process process;

    private TapHolder(Process process) {
        this.process = process;
    }

    /** @param tcx whether it may use that if the kernel has it */
    static TapHolder start(Path directory, int pid, boolean tcx) throws Exception {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TapHolder.class.getName(),
                        directory.toString(),
                        Integer.toString(pid),
                        Boolean.toString(tcx)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        int answer = process.getInputStream().read();
        if (answer != '!') {
            throw new AssertionError("the holder did not open a tap");
        }
        return new TapHolder(process);
    }

    public static void main(String[] arguments) throws Exception {
        TapNode node = new TapNode(Path.of(arguments[0]));
        Taggers taggers = Boolean.parseBoolean(arguments[2]) ? TapNode.taggers() : TapNode.taggersWithoutTcx();
        node.taps(taggers).open(Integer.parseInt(arguments[1]), TapNode.FRAMES);
        OUT.print('!');
        OUT.flush();
        Thread.currentThread().join();
    }

    /** With SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
