// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import com.github.luben.zstd.ZstdInputStream;
import io.nltap.netlink.pcapng.CaptureProblem;
import io.nltap.netlink.pcapng.CaptureReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * A capture file that is read once, from its beginning to its end: pcap or pcapng, as it is or compressed by zstd or gzip,
 * of any size. Never more of it is in memory than a window.
 */
final class CaptureInput implements AutoCloseable {
    private static final int WINDOW = 4 << 20;

    private static final int[] GZIP = {0x1F, 0x8B};
    private static final int[] ZSTD = {0x28, 0xB5, 0x2F, 0xFD};

    private final String name;
    private final InputStream in;
    private final CaptureReader reader;

    private CaptureInput(String name, InputStream in) {
        this.name = name;
        this.in = in;
        this.reader = CaptureReader.of(this::window);
    }

    /** @throws CommandProblem when there is no such file, it cannot be read, or is no capture */
    static CaptureInput open(Path file) throws CommandProblem {
        if (Files.isDirectory(file)) {
            throw new CommandProblem(ExitCode.FAILED, "%s is a directory: name the capture file in it".formatted(file));
        }
        try {
            return open(file.toString(), Files.newInputStream(file));
        } catch (NoSuchFileException e) {
            throw new CommandProblem(ExitCode.FAILED, "%s: there is no such file".formatted(file), e);
        } catch (IOException e) {
            throw new CommandProblem(ExitCode.FAILED, "%s cannot be read: %s".formatted(file, e.getMessage()), e);
        }
    }

    /**
     * @param name for messages
     * @param in is closed with this, and when it is no capture
     */
    static CaptureInput open(String name, InputStream in) throws CommandProblem {
        try {
            CaptureInput input = new CaptureInput(name, uncompressed(new BufferedInputStream(in, 1 << 16)));
            for (CaptureProblem problem : input.reader.problems()) {
                if (problem.reason() == CaptureProblem.Reason.NOT_A_CAPTURE) {
                    input.close();
                    throw new CommandProblem(
                            ExitCode.FAILED,
                            "%s is no capture: it begins neither like pcapng nor like pcap, nor like either compressed by"
                                            .formatted(name)
                                    + " zstd or gzip");
                }
            }
            return input;
        } catch (IOException | UncheckedIOException e) {
            throw new CommandProblem(ExitCode.FAILED, "%s cannot be read: %s".formatted(name, e.getMessage()), e);
        }
    }

    /** Its methods throw {@link UncheckedIOException} when the file cannot be read any further. */
    CaptureReader reader() {
        return reader;
    }

    String name() {
        return name;
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // of a file that was only read: there is nothing to save
        }
    }

    private static InputStream uncompressed(InputStream in) throws IOException {
        if (beginsWith(in, GZIP)) {
            return new GZIPInputStream(in, 1 << 16);
        }
        return beginsWith(in, ZSTD) ? new ZstdInputStream(in) : in;
    }

    private static boolean beginsWith(InputStream in, int[] magic) throws IOException {
        in.mark(magic.length);
        byte[] begin = in.readNBytes(magic.length);
        in.reset();
        for (int i = 0; i < magic.length; i++) {
            if (i >= begin.length || (begin[i] & 0xFF) != magic[i]) {
                return false;
            }
        }
        return true;
    }

    /** Takes no memory for what a length only claims: the window grows with what is really there. */
    private ByteBuffer window(ByteBuffer unread, int least) {
        int have = unread.remaining();
        byte[] bytes = new byte[have + WINDOW];
        unread.get(unread.position(), bytes, 0, have);
        try {
            while (true) {
                have += in.readNBytes(bytes, have, bytes.length - have);
                if (have < bytes.length || have >= least) {
                    return ByteBuffer.wrap(bytes, 0, have).slice();
                }
                bytes = Arrays.copyOf(bytes, Math.max(bytes.length, Math.min(least, 2 * bytes.length)) + WINDOW);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
