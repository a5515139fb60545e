// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import java.nio.file.Path;

/**
 * Where the kernel shows itself.
 *
 * @param proc of this process's own PID namespace
 * @param btf its description of its structures
 */
public record KernelPaths(Path proc, Path btf) {

    public static final KernelPaths USUAL = new KernelPaths(Path.of("/proc"), Path.of("/sys/kernel/btf/vmlinux"));
}
