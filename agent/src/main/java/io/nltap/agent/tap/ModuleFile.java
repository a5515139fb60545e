// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import com.github.luben.zstd.ZstdInputStream;
import io.nltap.agent.linux.Errno;
import io.nltap.agent.linux.KernelException;
import io.nltap.agent.linux.KernelModules;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.tukaani.xz.XZInputStream;

/** A module's file, as distributions ship them: plain, or compressed with xz, zstd or gzip. */
record ModuleFile(Path path) {

    /** Far above any module; a file that unpacks to more is not one. */
    private static final int LARGEST_IMAGE = 64 << 20;

    /** Answers of kernels that cannot open compressed modules themselves. */
    private static final Set<Integer> CANNOT_DECOMPRESS =
            Set.of(Errno.EOPNOTSUPP.number(), Errno.EINVAL.number(), Errno.ENOEXEC.number());

    private boolean isPlain() {
        return path.toString().endsWith(".ko");
    }

    /**
     * Gives the module to the kernel, compressed if the kernel can open that.
     *
     * @throws KernelException EEXIST when it is loaded already, EPERM without CAP_SYS_MODULE, ENOEXEC for another kernel's
     *     module, EKEYREJECTED or ENOKEY when the kernel wants a signature it can check
     */
    void insert(KernelModules kernel) throws IOException {
        if (isPlain()) {
            kernel.insert(path);
            return;
        }
        try {
            kernel.insertCompressed(path);
        } catch (KernelException e) {
            if (!CANNOT_DECOMPRESS.contains(e.errno())) {
                throw e;
            }
            kernel.insert(image(), path);
        }
    }

    /** The module as the kernel wants it, unpacked. */
    byte[] image() throws IOException {
        try (InputStream packed = Files.newInputStream(path);
                InputStream plain = unpack(packed)) {
            byte[] image = plain.readNBytes(LARGEST_IMAGE + 1);
            if (image.length > LARGEST_IMAGE) {
                throw new IOException(path + " unpacks to more than " + LARGEST_IMAGE + " bytes: it is not a module");
            }
            return image;
        }
    }

    private InputStream unpack(InputStream packed) throws IOException {
        String name = path.toString();
        if (name.endsWith(".xz")) {
            return new XZInputStream(packed);
        }
        if (name.endsWith(".zst")) {
            return new ZstdInputStream(packed);
        }
        return name.endsWith(".gz") ? new GZIPInputStream(packed) : packed;
    }
}
