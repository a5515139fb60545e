// SPDX-License-Identifier: Apache-2.0
/**
 * libpcap behind one class: the capture engine where a packet ring cannot be had, and the reader of foreign capture
 * files. The only room that knows pcap4j.
 *
 * <p>pcap4j reaches libpcap through JNA, which unpacks its stub library into {@code java.io.tmpdir}. Where that is
 * read-only or {@code noexec}, unpack {@code com/sun/jna/linux-<arch>/libjnidispatch.so} of {@code jna.jar} into a
 * directory beforehand and start the JVM with {@code -Djna.nounpack=true -Djna.boot.library.path=<directory>}. The library
 * itself is found as {@code libpcap.so.0.8} or, with {@code -Dorg.pcap4j.core.pcapLibName=<path>}, anywhere.
 */
@NullMarked
package io.nltap.agent.pcap;

import org.jspecify.annotations.NullMarked;
