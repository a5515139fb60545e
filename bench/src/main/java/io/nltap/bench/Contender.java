// SPDX-License-Identifier: Apache-2.0
package io.nltap.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A program that captures.
 *
 * @param name for the table
 * @param ownDevice whether it makes its device itself
 * @param command given the directory for its files
 * @param ready what it prints when it captures
 * @param outcome from all that it printed, and from its files
 */
record Contender(String name, boolean ownDevice, Function<Path, List<String>> command, Pattern ready, Reading outcome) {

    /** Each has 8 MiB of kernel memory for frames that it has not read. */
    static final int BUFFER_MEBIBYTES = 8;

    /** Finds out what a contender got. */
    @FunctionalInterface
    interface Reading {
        Outcome read(String printed, Path directory) throws IOException;
    }

    static Contender tcpdump(String device) {
        return new Contender(
                "tcpdump -w",
                false,
                directory -> List.of(
                        "tcpdump",
                        "-i",
                        device,
                        "-B",
                        Integer.toString(BUFFER_MEBIBYTES * 1024),
                        "-Z",
                        "root",
                        "-w",
                        directory.resolve("tcpdump.pcap").toString()),
                Pattern.compile("listening on"),
                (printed, directory) -> new Outcome(
                        number(printed, "(\\d+) packets? captured"),
                        number(printed, "(\\d+) packets? dropped by kernel")));
    }

    static Contender dumpcap(String device) {
        return new Contender(
                "dumpcap",
                false,
                directory -> List.of(
                        "dumpcap",
                        "-q",
                        "-i",
                        device,
                        "-B",
                        Integer.toString(BUFFER_MEBIBYTES),
                        "-w",
                        directory.resolve("dumpcap.pcapng").toString()),
                Pattern.compile("File: "),
                (printed, directory) -> new Outcome(
                        number(printed, "Packets captured: (\\d+)"),
                        number(printed, "Packets received/dropped on interface [^:]*: \\d+/(\\d+)")));
    }

    /** Another of our own programs, which prints {@code ready} and then {@code received N dropped N}. */
    static Contender java(String name, List<String> java, Class<?> main, String device) {
        return new Contender(
                name,
                false,
                directory -> join(java, List.of(main.getName(), device, directory.toString())),
                Pattern.compile("ready"),
                (printed, directory) ->
                        new Outcome(number(printed, "received (\\d+)"), number(printed, "dropped (\\d+)")));
    }

    static List<String> join(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    static long number(String text, String pattern) throws IOException {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        if (!matcher.find()) {
            throw new IOException("no \"%s\" in what it printed:%n%s".formatted(pattern, text));
        }
        return Long.parseLong(matcher.group(1));
    }
}
