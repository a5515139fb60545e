// SPDX-License-Identifier: Apache-2.0
package io.nltap.bench;

import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The command {@code nltap}, with a thread beside it that tells how much the thread that reads frames has taken from the
 * heap, whenever it is asked on standard input.
 */
public final class WatchedRecorder {

    static final String QUESTION = "allocated?";
    static final Pattern ANSWER = Pattern.compile("(?m)^allocated (\\d+)$");

    private static final String COMMAND = "io.nltap.cli.Nltap";
    private static final String READER = "capture-record";

    private WatchedRecorder() {}

    public static void main(String[] arguments) throws ReflectiveOperationException {
        Thread answering = new Thread(WatchedRecorder::answer, "answers");
        answering.setDaemon(true);
        answering.start();
        try {
            Class.forName(COMMAND).getMethod("main", String[].class).invoke(null, (Object) arguments);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("the command failed", e.getCause());
        }
    }

    private static void answer() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try {
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                for (Thread thread : Thread.getAllStackTraces().keySet()) {
                    if (thread.getName().equals(READER)) {
                        System.out.println("allocated " + threads.getThreadAllocatedBytes(thread.getId()));
                    }
                }
            }
        } catch (IOException e) {
            System.out.println("cannot be asked: " + e);
        }
    }
}
