// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import jnr.ffi.Platform;
import jnr.ffi.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LibCTest {

    private static final int PAGE = 1 << 16; // the largest page size of the two architectures
    private static final int PROT_READ = 1;
    private static final int MAP_SHARED = 1;

    /** The sixth argument is the one that jnr-ffi gets wrong when it can: here it says which page is mapped. */
    @Test
    void handsOverSixArgumentsUnharmed(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("pages");
        byte[] pages = new byte[3 * PAGE];
        byte[] word = "third page".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(word, 0, pages, 2 * PAGE, word.length);
        Files.write(file, pages);
        try (Fd fd = Fd.openForReading(file)) {
            Pointer third = LibC.CALLS.mmap(null, PAGE, PROT_READ, MAP_SHARED, fd.number(), 2L * PAGE);
            assertThat(third.address()).isNotEqualTo(-1);

            byte[] mapped = new byte[word.length];
            third.get(0, mapped, 0, mapped.length);

            assertThat(mapped).isEqualTo(word);
            assertThat(LibC.CALLS.munmap(third, PAGE)).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("calls")
    void noCallHasSixPrimitiveParameters(Method call) {
        boolean allPrimitive = Arrays.stream(call.getParameterTypes()).allMatch(Class::isPrimitive);
        assertThat(call.getParameterCount() == 6 && allPrimitive).isFalse();
    }

    static Method[] calls() {
        return LibC.class.getDeclaredMethods();
    }

    @Test
    void reportsTheErrorOfThisThreadsLastCall() {
        assertThatThrownBy(() -> Fd.openForReading(Path.of("/nonexistent")))
                .isInstanceOf(KernelException.class)
                .hasMessage("open /nonexistent: ENOENT (No such file or directory)");
    }

    @Test
    void aClosedDescriptorCannotBeUsed() throws Exception {
        Fd fd = Fd.openForReading(Path.of("/proc/self/status"));
        fd.close();
        fd.close();

        assertThatThrownBy(fd::number).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void knowsTheNumbersOfBothArchitectures() {
        assertThat(SyscallNumbers.of(Platform.CPU.X86_64)).isEqualTo(new SyscallNumbers(175, 313, 176, 321));
        assertThat(SyscallNumbers.of(Platform.CPU.AARCH64)).isEqualTo(new SyscallNumbers(105, 273, 106, 280));
        assertThatThrownBy(() -> SyscallNumbers.of(Platform.CPU.PPC))
                .hasMessage("nltap's agent runs on amd64 and arm64, this machine is ppc");
    }

    @Test
    void asksTheKernelForModulesByTheRightNumber() {
        boolean kernelHasModules = Files.exists(Path.of("/proc/modules"));
        // As root the kernel looks for the module, as anybody else it does not get that far.
        List<Errno> expected = kernelHasModules ? List.of(Errno.ENOENT, Errno.EPERM) : List.of(Errno.ENOSYS);

        assertThatThrownBy(() -> new KernelModules().remove("nltap_none"))
                .isInstanceOfSatisfying(
                        KernelException.class, e -> assertThat(expected).anyMatch(e::is))
                .hasMessageStartingWith("delete_module nltap_none: E");
    }
}
