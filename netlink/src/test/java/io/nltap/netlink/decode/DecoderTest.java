// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.netlink.Captures;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Real messages; the command that made each is in {@code captures/commands.txt}. */
class DecoderTest {

    @Test
    void tellsWhichRouteIsAdded() {
        assertThat(Decoded.first("route-add", "RTM_NEWROUTE"))
                .hasToString(
                        "ROUTE RTM_NEWROUTE REQUEST|ACK|EXCL|CREATE seq 1795378367 port 0 len 52 rtm_family=AF_INET"
                                + " rtm_dst_len=24 rtm_table=RT_TABLE_MAIN rtm_protocol=RTPROT_BOOT"
                                + " rtm_scope=RT_SCOPE_UNIVERSE rtm_type=RTN_UNICAST RTA_DST=198.51.100.0"
                                + " RTA_GATEWAY=192.0.2.254 RTA_PRIORITY=7");
    }

    @Test
    void tellsTheSameInJson() {
        assertThat(MessageJson.of(Decoded.first("route-add", "RTM_NEWROUTE"))).isEqualTo("""
                        {"protocol":"ROUTE","type":"RTM_NEWROUTE","flags":["REQUEST","ACK","EXCL","CREATE"],\
                        "seq":1795378367,"port":0,"length":52,"header":{"rtm_family":"AF_INET","rtm_dst_len":24,\
                        "rtm_src_len":0,"rtm_tos":0,"rtm_table":"RT_TABLE_MAIN","rtm_protocol":"RTPROT_BOOT",\
                        "rtm_scope":"RT_SCOPE_UNIVERSE","rtm_type":"RTN_UNICAST","rtm_flags":[]},\
                        "attributes":{"RTA_DST":"198.51.100.0","RTA_GATEWAY":"192.0.2.254","RTA_PRIORITY":7}}""");
    }

    @Test
    void tellsWhyARequestFailedAndWhichItWas() {
        Outcome outcome =
                Decoded.first("route-add-bad", "NLMSG_ERROR").outcome().orElseThrow();

        assertThat(outcome.errno()).contains("ENETUNREACH");
        assertThat(outcome.extack().orElseThrow().message()).contains("Nexthop has invalid gateway");
        DecodedMessage request = outcome.request().orElseThrow();
        assertThat(request.name()).isEqualTo("RTM_NEWROUTE");
        assertThat(request.attribute("RTA_GATEWAY")).map(Attribute::value).contains(new Value.Address("10.9.9.9"));
    }

    @Test
    void findsWhatIsInsideByItsPath() {
        DecodedMessage added = Decoded.first("link-add-veth", "NLMSG_ERROR");
        DecodedMessage request = Decoded.capture("link-add-veth").stream()
                .filter(message -> message.attribute("IFLA_LINKINFO").isPresent())
                .findFirst()
                .orElseThrow();

        assertThat(added.outcome().orElseThrow().isFailure()).isTrue();
        assertThat(request.string("IFLA_LINKINFO", "IFLA_INFO_KIND")).contains("veth");
        assertThat(request.string("IFLA_LINKINFO", "IFLA_INFO_DATA", "VETH_INFO_PEER", "IFLA_IFNAME"))
                .contains("v1");
    }

    @Test
    void tellsWhatAByteOfARequestBelongsTo() {
        DecodedMessage request = Decoded.first("route-add", "RTM_NEWROUTE");
        Attribute gateway = request.attribute("RTA_GATEWAY").orElseThrow();

        assertThat(request.pathTo(gateway.offset())).containsExactly("RTA_GATEWAY");
        assertThat(request.pathTo(gateway.offset() + 7)).containsExactly("RTA_GATEWAY");
        assertThat(request.pathTo(17)).containsExactly("rtm_dst_len");
        assertThat(request.pathTo(4000)).isEmpty();
    }

    @Test
    void knowsAllMessagesOfRoutesLinksAddressesNeighboursAndRules() {
        List<String> unknown = Captures.names().stream()
                .flatMap(name -> Decoded.capture(name).stream())
                .filter(message -> message.name().matches("RTM_...(LINK|ADDR|ROUTE|NEIGH|RULE)"))
                .map(DecodedMessage::toString)
                .filter(line -> line.contains("attribute_") || line.contains("payload="))
                .toList();

        assertThat(unknown).isEmpty();
    }
}
