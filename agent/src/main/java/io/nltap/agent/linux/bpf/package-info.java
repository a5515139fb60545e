// SPDX-License-Identifier: Apache-2.0
/**
 * The languages of the kernel's BPF machine: its instructions, which are assembled here, and BTF, in which the kernel
 * describes its own structures. Bytes and values only: no system call is made here.
 */
@NullMarked
package io.nltap.agent.linux.bpf;

import org.jspecify.annotations.NullMarked;
