// SPDX-License-Identifier: Apache-2.0
/**
 * Capture files as bytes: writes pcapng blocks, reads pcapng and classic pcap. Knows buffers only, never files, and
 * nothing of what is inside a netlink datagram. The byte order is always that of the buffer or of the file.
 *
 * <p>Sources: the IETF draft "PCAP Now Generic (pcapng) Capture File Format", "PCAP Capture File Format", and the page of
 * tcpdump.org on {@code LINKTYPE_NETLINK}.
 */
@NullMarked
package io.nltap.netlink.pcapng;

import org.jspecify.annotations.NullMarked;
