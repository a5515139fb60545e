// SPDX-License-Identifier: Apache-2.0
package io.nltap.bench;

import java.io.IOException;

/**
 * One contender under one load, once.
 *
 * @param device an nlmon device that is made for it and removed again; empty when there is one, or it makes its own
 */
record Trial(Contender contender, Bench.Pace pace, String device) {

    /** What was measured, or why nothing could be. */
    Row row() throws InterruptedException {
        try {
            addDevice();
            try {
                return measured();
            } finally {
                removeDevice();
            }
        } catch (IOException e) {
            System.err.println(e.getMessage());
            return Row.failed(contender.name());
        }
    }

    /**
     * The contender first sees some load, so that it is warm; then the load is measured. The whole process, its start and
     * its end included, is what the kernel tells of it when it is over.
     */
    private Row measured() throws IOException, InterruptedException {
        long childrenBefore = LibC.endedChildrenNanos();
        Outcome outcome;
        double perSecond;
        long steady;
        long frames;
        long warmUp = 0;
        try (RunningContender running = RunningContender.start(contender)) {
            if (pace.warmUp() > 0) {
                warmUp = pace.run(pace.warmUp());
            }
            long before = running.settledNanos();
            long start = System.nanoTime();
            frames = pace.run(pace.frames());
            perSecond = frames / ((System.nanoTime() - start) / 1e9);
            steady = running.settledNanos() - before;
            outcome = running.end();
        }
        double whole = (LibC.endedChildrenNanos() - childrenBefore) / 1e9;
        return new Row(
                contender.name(),
                perSecond,
                steady / 1e3 / frames,
                whole,
                warmUp + frames,
                outcome.received(),
                outcome.dropped());
    }

    private void addDevice() throws IOException, InterruptedException {
        if (!device.isEmpty()) {
            run("ip", "link", "add", device, "type", "nlmon");
            run("ip", "link", "set", device, "up");
        }
    }

    private void removeDevice() throws IOException, InterruptedException {
        if (!device.isEmpty()) {
            run("ip", "link", "del", device);
        }
    }

    static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        if (process.waitFor() != 0) {
            throw new IOException("%s failed".formatted(String.join(" ", command)));
        }
    }
}
