// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import io.nltap.agent.linux.NetNamespaces;
import io.nltap.agent.tap.Installation;
import io.nltap.agent.tap.ModuleTree;
import io.nltap.agent.tap.NlmonModule;
import io.nltap.agent.tap.Taggers;
import io.nltap.agent.tap.Taps;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What recorders remember on this machine until it starts anew: who of them is at work, so that what a killed one left is
 * found and removed by the next, and whether nlmon was loaded for them, so that the last one takes it out again.
 */
final class MachineState {

    private final Path directory;
    private final Path proc;
    private final Path modules;
    private final Taggers taggers;
    private final RecorderMark self;

    /**
     * @param directory below /run: it means nothing after the machine's next start
     * @param modules of the running kernel
     */
    MachineState(Path directory, Path proc, Path modules, Taggers taggers) throws IOException {
        this.directory = directory;
        this.proc = proc;
        this.modules = modules;
        this.taggers = taggers;
        this.self = RecorderMark.ofSelf(proc);
    }

    /** Waits until no other recorder makes or removes devices: else one might unload the module that another needs. */
    FileChannel openTurn() throws IOException {
        Files.createDirectories(directory);
        FileChannel file =
                FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = file.lock(); // given back when the file is closed
            if (!lock.isValid()) {
                throw new IOException("cannot lock " + directory.resolve("lock"));
            }
            return file;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** From here on whatever carries our mark is removed by the next recorder, should this one be killed. */
    Taps openTaps() throws IOException {
        Files.createDirectories(directory);
        Files.writeString(note(self), "");
        return taps(self);
    }

    /** Nothing carries our mark any more. */
    void forgetSelf() throws IOException {
        Files.deleteIfExists(note(self));
    }

    /** Removes what recorders left that were killed. @return a sentence for each of them */
    List<String> sweep() throws IOException, InterruptedException {
        List<String> swept = new ArrayList<>();
        if (Files.isDirectory(directory)) {
            for (RecorderMark dead : dead()) {
                try (Taps taps = taps(dead)) {
                    int removed = taps.sweep().devicesRemoved();
                    swept.add(
                            "recorder %d was killed and had left %d taps; removed them".formatted(dead.pid(), removed));
                }
                Files.deleteIfExists(note(dead));
            }
        }
        return swept;
    }

    private List<RecorderMark> dead() throws IOException {
        List<RecorderMark> dead = new ArrayList<>();
        try (DirectoryStream<Path> notes = Files.newDirectoryStream(directory, "record-*")) {
            for (Path each : notes) {
                Optional<RecorderMark> mark =
                        RecorderMark.parse(each.getFileName().toString());
                mark.filter(found -> !found.isAlive(proc)).ifPresent(dead::add);
            }
        }
        return dead;
    }

    private Taps taps(RecorderMark mark) {
        NlmonModule module = new NlmonModule(proc, new ModuleTree(modules), directory.resolve("nlmon"));
        return new Taps(new Installation(mark.toString()), new NetNamespaces(proc), module, taggers);
    }

    private Path note(RecorderMark mark) {
        return directory.resolve(mark.toString());
    }
}
