// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TablesTest {

    @Test
    void everyTableFileMakesSense() {
        assertThat(Tables.builtIn().family("ethtool")).isPresent();
        assertThat(Tables.builtIn().nest("nft.rule")).isPresent();
    }

    @Test
    void everyTableFileIsInTheIndex() throws Exception {
        Path directory = Path.of("src/main/resources/io/nltap/netlink/decode");
        List<String> files;
        try (Stream<Path> all = Files.list(directory)) {
            files = all.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".netlink"))
                    .toList();
        }

        assertThat(TableFiles.builtIn().keySet()).containsExactlyInAnyOrderElementsOf(files);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "shape x | t:1: no table is a 'shape'",
                "~1 RTA_DST u32 | t:1: a row stands before any table",
                "enum a;enum a | t:2: there is a enum 'a' already",
                "nest a; x NAME u32 | t:2: 'x' is no number",
                "nest a; 1 NAME | t:2: a type is missing",
                "nest a; 1 NAME u33 | t:2: no type is called 'u33'",
                "nest a; 1 NAME u32 twice | t:2: 'twice' is one word too many",
                "nest a; 1 NAME nest b | t:2: no nest is called 'b'",
                "nest a; 1 NAME u8 enum b | t:2: no enum is called 'b'",
                "nest a; 1 NAME u8; 1 OTHER u8 | t:3: 1 or OTHER is there already",
                "enum a; 1 x; 1 y | t:3: 1 has a name already",
                "struct a; x u8; x u8 | t:3: x is there already",
                "struct a; x bytes; y u8 | struct a:0: something follows a field that takes all there is",
                "struct a; x struct a | struct a:0: holds itself",
                "message RTM_NOTHING; all: bytes | t:1: no message is called RTM_NOTHING",
                "message RTM_GETLINK; all: bytes; reply: bytes | t:3: what this message holds is told already",
                "message RTM_GETLINK; both: bytes | t:2: 'both:' is none of all:, request:, reply:",
                "family f; all: 1 A bytes; reply: 1 B bytes | t:3: command 1 is there already",
                "nest a; 1 N choose c | t:2: a choice is made by something: choose CHOICE by NAME, or at TYPE"
            })
    void saysWhatIsWrongWithATableAndWhere(String lines, String problem) {
        String text = lines.replace(";", "\n").replace('~', ' ');

        assertThatThrownBy(() -> Tables.parse(Map.of("t", text)))
                .isInstanceOf(TableException.class)
                .hasMessage(problem.strip());
    }

    @Test
    void knowsWhereKeysMayBe() {
        Tables tables = Tables.builtIn();

        assertThat(List.of("wireguard", "macsec", "nl80211", "ovpn", "SEG6"))
                .allSatisfy(name -> assertThat(tables.family(name).orElseThrow().commands())
                        .anyMatch(command -> tables.mayHoldSecrets(command.body())));
        assertThat(tables.mayHoldSecrets(tables.body(6, 16, true).orElseThrow()))
                .isTrue(); // XFRM_MSG_NEWSA
        assertThat(tables.mayHoldSecrets(tables.body(0, 24, true).orElseThrow()))
                .isFalse(); // RTM_NEWROUTE
    }
}
