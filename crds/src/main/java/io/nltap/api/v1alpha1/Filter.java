// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A datagram is captured when all conditions that are given let it through. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Filter(
        @JsonPropertyDescription("Netlink protocols to capture; all when empty.") @Size(max = 7)
        List<NetlinkProtocol> protocols,

        @JsonPropertyDescription("Datagrams are captured that hold a message of one of these types, by the kernel's"
                + " names, such as RTM_NEWROUTE, NFT_MSG_NEWRULE or CTRL_CMD_GETFAMILY, or NLMSG_DONE; all when empty."
                + " The kernel's error or acknowledgement for such a message is one, too.")
        @Size(max = 50)
        List<@Size(max = 64) String> messageTypes,

        @JsonPropertyDescription(
                "Exclude leaves out what the kernel tells all listeners of a multicast group, and keeps"
                        + " requests and what answers them.")
        @Default("Include")
        Notifications notifications,

        @JsonPropertyDescription("A pcap filter for Linux netlink (link type 253), compiled by libpcap. A cooked header"
                + " of 16 bytes stands before each datagram: link[14:2] is the netlink protocol, link[20:2] the type of"
                + " the first message, in the byte order of the node. Such as: link[14:2] = 0 and greater 100.")
        @Size(min = 1, max = 1024)
        @ValidationRule(
                value = "self.matches('^[ -~]*[!-~][ -~]*$')",
                message = "filter.expression must be a pcap filter on one line, such as link[14:2] = 0")
        @Nullable
        String expression) {

    /** Lets everything through. */
    public static final Filter DEFAULT = new Filter(null, null, null, null);

    public Filter(
            @Nullable List<NetlinkProtocol> protocols,
            @Nullable List<String> messageTypes,
            @Nullable Notifications notifications,
            @Nullable String expression) {
        this.protocols = protocols == null ? List.of() : List.copyOf(protocols);
        this.messageTypes = messageTypes == null ? List.of() : List.copyOf(messageTypes);
        this.notifications = notifications == null ? Notifications.INCLUDE : notifications;
        this.expression = expression;
    }
}
