// SPDX-License-Identifier: Apache-2.0
package io.nltap.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedLibrariesTest {
    private static final Path JAVA = Path.of(System.getProperty("java.home"));

    @Test
    void theJavaLauncherNeedsTheCLibraryAndTheDynamicLinker(@TempDir Path empty) throws Exception {
        var needed = SharedLibraries.neededBy(List.of(JAVA.resolve("bin/java")), empty);

        assertThat(needed).anySatisfy(library -> assertThat(library).hasFileName("libc.so.6"));
        assertThat(needed).anySatisfy(library -> assertThat(library.toString()).contains("/ld-linux-"));
    }

    @Test
    void whatIsInTheImageAnywayIsNotTakenFromTheMachine() throws Exception {
        var needed = SharedLibraries.neededBy(List.of(JAVA.resolve("lib/libnio.so")), JAVA);

        assertThat(needed).noneSatisfy(library -> assertThat(library.toString()).contains("libjava.so"));
    }

    @Test
    void aMissingLibraryNamesItsPackage() {
        assertThatThrownBy(() -> SharedLibraries.find("libnone.so.1", Machine.here(), "libnone1"))
                .hasMessage("libnone.so.1 is not on this machine: apt-get install libnone1");
    }
}
