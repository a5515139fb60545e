// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Putting modules into the kernel and taking them out. All need CAP_SYS_MODULE. */
public final class KernelModules {

    // MODULE_INIT_COMPRESSED_FILE 4   linux/module.h, since 5.17 and with CONFIG_MODULE_DECOMPRESS
    private static final int MODULE_INIT_COMPRESSED_FILE = 4;
    private static final int O_NONBLOCK = 04000;
    private static final String NO_PARAMETERS = "";

    private final SyscallNumbers numbers;

    public KernelModules() {
        this.numbers = SyscallNumbers.ofThisMachine();
    }

    /** Lets the kernel read the file itself; its signature and IMA rules apply to the file. */
    public void insert(Path file) throws KernelException {
        insert(file, 0);
    }

    /** The same with a compressed file, which the kernel opens up. */
    public void insertCompressed(Path file) throws KernelException {
        insert(file, MODULE_INIT_COMPRESSED_FILE);
    }

    private void insert(Path file, int flags) throws KernelException {
        try (Fd fd = Fd.openForReading(file)) {
            LibC.checked(
                    LibC.CALLS.syscall(numbers.finitModule(), fd.number(), NO_PARAMETERS, flags), "finit_module", file);
        }
    }

    /** @param image the uncompressed module, from position to limit
     * @param origin where it came from, for the error message */
    public void insert(byte[] image, Path origin) throws KernelException {
        ByteBuffer memory = ByteBuffer.allocateDirect(image.length).put(image).flip();
        LibC.checked(
                LibC.CALLS.syscall(numbers.initModule(), memory, image.length, NO_PARAMETERS), "init_module", origin);
    }

    /** Takes a module out without waiting: EWOULDBLOCK while somebody uses it, ENOENT when it is not loaded. */
    public void remove(String name) throws KernelException {
        LibC.checked(LibC.CALLS.syscall(numbers.deleteModule(), name, O_NONBLOCK), "delete_module", name);
    }
}
