// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.spool;

import com.github.luben.zstd.ZstdOutputStream;
import io.nltap.agent.frame.DiskSpace;
import io.nltap.api.v1alpha1.Compression;
import io.nltap.netlink.pcapng.PcapConversion;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;

/** Makes the bytes that will be in the store out of a closed segment, in one pass and bounded memory. */
final class SegmentPacker {
    private static final int CHUNK = 64 * 1024;

    private final DiskSpace space;

    SegmentPacker(DiskSpace space) {
        this.space = space;
    }

    /**
     * @param size bytes as they will be stored
     * @param sha256 of these bytes, in lower-case hexadecimal
     */
    record Packed(long size, String sha256) {}

    /** What the store gets of a closed segment. */
    @FunctionalInterface
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /** The segment as it is. */
    static Content whole(Path source) {
        return out -> {
            try (InputStream in = open(source)) {
                copy(in, out);
            }
        };
    }

    /** The segment as a classic pcap file. */
    static Content pcap(Path source) {
        return out -> PcapConversion.pcap(mapped(source), channelTo(out)::write);
    }

    /** Whose the packets of the segment are. */
    static Content attribution(Path source) {
        return out -> PcapConversion.attribution(mapped(source), channelTo(out)::write);
    }

    /** Of a stream, it writes all that it is given. */
    private static WritableByteChannel channelTo(OutputStream out) {
        return Channels.newChannel(out);
    }

    private static ByteBuffer mapped(Path source) throws IOException {
        try (FileChannel channel = SpoolFiles.open(source, StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
        }
    }

    /** Writes and syncs {@code target}. When that fails nothing is left of it. */
    Packed compress(Content source, Path target, Compression compression) throws IOException {
        long reserved = 0;
        MessageDigest sha256 = sha256();
        try (FileChannel channel = SpoolFiles.create(target);
                ReservingStream file = new ReservingStream(Channels.newOutputStream(channel))) {
            try {
                OutputStream digesting = new DigestOutputStream(file, sha256);
                try (OutputStream out = new BufferedOutputStream(compressing(digesting, compression), CHUNK)) {
                    source.writeTo(out);
                    out.flush();
                }
            } finally {
                reserved = file.reserved;
            }
        } catch (IOException e) {
            Files.deleteIfExists(target);
            space.release(reserved);
            throw e;
        } catch (InternalError e) { // how Java tells that the disk did not give a page of a mapped file
            Files.deleteIfExists(target);
            space.release(reserved);
            throw new IOException("cannot read what is to be packed into " + target, e);
        }
        sync(target);
        return new Packed(reserved, HexFormat.of().formatHex(sha256.digest()));
    }

    /** Of a file that will be stored as it is. */
    static Packed digest(Path source) throws IOException {
        MessageDigest sha256 = sha256();
        long size;
        try (InputStream in = open(source);
                OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), sha256)) {
            size = copy(in, out);
        }
        return new Packed(size, HexFormat.of().formatHex(sha256.digest()));
    }

    private static OutputStream compressing(OutputStream out, Compression compression) throws IOException {
        return switch (compression) {
            case ZSTD -> new ZstdOutputStream(out).setChecksum(true);
            case GZIP -> new GZIPOutputStream(out, CHUNK);
            case NONE -> out;
        };
    }

    private static InputStream open(Path source) throws IOException {
        return Channels.newInputStream(SpoolFiles.open(source, StandardOpenOption.READ));
    }

    private static long copy(InputStream in, OutputStream out) throws IOException {
        byte[] chunk = new byte[CHUNK];
        long copied = 0;
        for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
            out.write(chunk, 0, n);
            copied += n;
        }
        return copied;
    }

    private static void sync(Path file) throws IOException {
        try (FileChannel channel = SpoolFiles.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private final class ReservingStream extends FilterOutputStream {
        private long reserved;

        private ReservingStream(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (!space.reserve(length)) {
                throw new IOException("the spool has no room for " + length + " more bytes");
            }
            reserved += length;
            out.write(bytes, offset, length);
        }
    }
}
