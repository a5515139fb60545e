// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import java.nio.file.Path;

/**
 * Where the kernel shows itself.
 *
 * @param proc of this process's own PID namespace
 */
public record KernelPaths(Path proc) {

    public static final KernelPaths USUAL = new KernelPaths(Path.of("/proc"));
}
