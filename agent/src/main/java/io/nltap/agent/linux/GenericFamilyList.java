// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** The families of generic netlink that can be spoken to in a network namespace. */
public final class GenericFamilyList {

    // linux/genetlink.h
    private static final int GENL_ID_CTRL = 0x10;
    private static final int CTRL_CMD_GETFAMILY = 3;
    private static final int CTRL_ATTR_FAMILY_ID = 1;
    private static final int CTRL_ATTR_FAMILY_NAME = 2;
    // struct genlmsghdr { __u8 cmd; __u8 version; __u16 reserved; };
    private static final int GENL_HEADER = 4;

    private GenericFamilyList() {}

    /**
     * Asks the kernel, for the namespace of the calling thread. Waits as long as a family's handler keeps genl_mutex.
     *
     * @return names by number, which is the type of the family's messages
     */
    public static Map<Integer, String> ask() throws KernelException {
        Map<Integer, String> families = new LinkedHashMap<>();
        NetlinkRequest request = new NetlinkRequest(
                        "CTRL_CMD_GETFAMILY", "all families", GENL_ID_CTRL, NetlinkRequest.NLM_F_DUMP)
                .generic(CTRL_CMD_GETFAMILY, 1);
        try (RouteSocket socket = RouteSocket.openGeneric()) {
            socket.request(request, answer -> note(answer, families));
        }
        return families;
    }

    private static void note(ByteBuffer answer, Map<Integer, String> families) {
        NetlinkAnswer.attributesOf(answer, GENL_HEADER)
                .ifPresent(attributes -> attributes
                        .shortNumber(CTRL_ATTR_FAMILY_ID)
                        .ifPresent(number ->
                                attributes.text(CTRL_ATTR_FAMILY_NAME).ifPresent(name -> families.put(number, name))));
    }
}
