// SPDX-License-Identifier: Apache-2.0
package io.nltap.images;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * A layer as it is stored: a compressed tar, the same bytes for the same files.
 *
 * @param diffId digest of the tar before compression, by which the runtime knows it
 */
record Layer(Path file, String diffId) {

    /** 1970: images are known by their content, not by when they were made. */
    private static final long EPOCH_MILLIS = 0;

    static Layer write(FileTree tree, Path file) throws IOException {
        MessageDigest diffId = Digests.sha256();
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
                GZIPOutputStream gzip = new GZIPOutputStream(out);
                DigestOutputStream digesting = new DigestOutputStream(gzip, diffId);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(digesting, "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (Map.Entry<String, FileTree.Entry> entry : tree.entries().entrySet()) {
                write(tar, entry.getKey(), entry.getValue());
            }
        }
        return new Layer(file, Digests.text(diffId));
    }

    private static void write(TarArchiveOutputStream tar, String name, FileTree.Entry entry) throws IOException {
        if (entry instanceof FileTree.Entry.Directory) {
            put(tar, new TarArchiveEntry(name + "/"), entry.mode(), 0);
        } else if (entry instanceof FileTree.Entry.Link link) {
            TarArchiveEntry header = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
            header.setLinkName(link.target());
            put(tar, header, entry.mode(), 0);
        } else if (entry instanceof FileTree.Entry.Copy copy) {
            put(tar, new TarArchiveEntry(name), entry.mode(), Files.size(copy.source()));
            Files.copy(copy.source(), tar);
        } else if (entry instanceof FileTree.Entry.Bytes bytes) {
            put(tar, new TarArchiveEntry(name), entry.mode(), bytes.content().length);
            tar.write(bytes.content());
        }
        tar.closeArchiveEntry();
    }

    private static void put(TarArchiveOutputStream tar, TarArchiveEntry header, int mode, long size)
            throws IOException {
        header.setMode(mode);
        header.setSize(size);
        header.setModTime(EPOCH_MILLIS);
        header.setIds(0, 0);
        tar.putArchiveEntry(header);
    }
}
