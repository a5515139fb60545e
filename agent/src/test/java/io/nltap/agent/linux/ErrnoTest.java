// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;

import jnr.ffi.LibraryLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ErrnoTest {

    /** Calls that only this test needs. */
    public interface ErrorNames {
        // const char *strerrorname_np(int errnum)
        String strerrorname_np(int number);

        // const char *strerrordesc_np(int errnum)
        String strerrordesc_np(int number);
    }

    private static final ErrorNames LIBRARY =
            LibraryLoader.create(ErrorNames.class).load("c");

    @ParameterizedTest
    @EnumSource
    void nameAndTextAreTheCLibrarys(Errno error) {
        assertThat(LIBRARY.strerrorname_np(error.number())).isIn(error.name(), otherName(error));
        assertThat(LIBRARY.strerrordesc_np(error.number())).isEqualTo(error.text());
    }

    private static String otherName(Errno error) {
        return error == Errno.EOPNOTSUPP ? "ENOTSUP" : error.name();
    }

    @Test
    void aNumberWithoutANameIsShownAsItIs() {
        assertThat(Errno.describe(1)).isEqualTo("EPERM (Operation not permitted)");
        assertThat(Errno.describe(524)).isEqualTo("errno 524");
    }

    @Test
    void aRefusalNamesTheCallItsObjectAndTheError() {
        assertThat(new KernelException("setns", "/proc/7/ns/net", 1))
                .hasMessage("setns /proc/7/ns/net: EPERM (Operation not permitted)");
        assertThat(new KernelException("eventfd", "", 24)).hasMessage("eventfd: EMFILE (Too many open files)");
        assertThat(new KernelException("RTM_NEWLINK", "x0 kind nlmon", 95, "Unknown device type"))
                .hasMessage("RTM_NEWLINK x0 kind nlmon: EOPNOTSUPP (Operation not supported): Unknown device type");
    }
}
