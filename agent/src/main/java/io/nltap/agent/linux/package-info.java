// SPDX-License-Identifier: Apache-2.0
/**
 * The kernel's doors: system calls, their structures and errors, translated from the headers. The only room that knows
 * jnr-ffi. It knows nothing of captures: what a refusal means to a user is decided by who called.
 *
 * <p>jnr-ffi unpacks its stub library into {@code java.io.tmpdir}. Where that is read-only or {@code noexec}, unpack
 * {@code jni/<arch>-Linux/libjffi-1.2.so} of {@code jffi-native.jar} into a directory beforehand and start the JVM with
 * {@code -Djffi.boot.library.path=<directory>}.
 */
@NullMarked
package io.nltap.agent.linux;

import org.jspecify.annotations.NullMarked;
