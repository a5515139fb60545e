// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.pcapng;

/**
 * Where packets of a file were captured.
 *
 * @param index counts from 0 through the whole file, whatever its sections
 * @param name empty when the file does not say
 * @param description empty when the file does not say
 * @param linkType as {@code LINKTYPE_} of tcpdump.org
 */
public record CaptureInterface(int index, String name, String description, int linkType) {}
