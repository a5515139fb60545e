// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.author;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PacketAuthorTest {

    static Stream<Arguments> authors() {
        return Stream.of(
                Arguments.of(
                        author("shop/web-0", "app", 4711, "ip", "Exact", "sent", 0),
                        "pod=shop/web-0 container=app pid=4711 comm=ip confidence=Exact role=sent port=4711"),
                Arguments.of(
                        author(null, null, 0, "kernel", "Exact", "notified", 3),
                        "pod=- container=- pid=0 comm=kernel confidence=Exact role=notified group=3"),
                Arguments.of(
                        author(null, null, null, null, "Unknown", "received", 0),
                        "pod=- container=- pid=- comm=- confidence=Unknown role=received"),
                Arguments.of(
                        author(null, null, 7, "a b=%\n\u00e4", "Socket", "sent", 0),
                        "pod=- container=- pid=7 comm=a%20b=%25%0A%C3%A4 confidence=Socket role=sent"),
                Arguments.of(
                        author(null, null, 8, "-", "Socket", "sent", 0),
                        "pod=- container=- pid=8 comm=%2D confidence=Socket role=sent"));
    }

    @ParameterizedTest
    @MethodSource("authors")
    void saysWhoItIsInOneLine(PacketAuthor author, String comment) {
        assertThat(author.toComment()).isEqualTo(comment);
    }

    @ParameterizedTest
    @MethodSource("authors")
    void readsWhatItSays(PacketAuthor author, String comment) {
        assertThat(PacketAuthor.parse(comment)).contains(author);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a comment of somebody", "pod=", "confidence=Exact role=sent", "=", "pod=a pid=x"})
    void otherCommentsAreNoAuthors(String comment) {
        assertThat(PacketAuthor.parse(comment)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "%4", "%zz", "a%", "%%%", "%F0%9F"})
    void damagedEscapesDoNoHarm(String comm) {
        assertThat(PacketAuthor.parse("pod=- container=- pid=1 comm=" + comm + " confidence=Exact role=sent"))
                .hasValueSatisfying(author -> assertThat(author.comm()).isPresent());
    }

    @Test
    void onlyTheKernelHasTheProcessIdZero() {
        PacketAuthor process = author(null, null, 1, "kernel", "Exact", "sent", 0);

        assertThat(process.isKernel()).isFalse();
        assertThat(PacketAuthor.parse(process.toComment()))
                .hasValueSatisfying(read -> assertThat(read.isKernel()).isFalse());
    }

    private static PacketAuthor author(
            String pod, String container, Integer pid, String comm, String confidence, String role, int group) {
        return new PacketAuthor(
                Optional.ofNullable(pod),
                Optional.ofNullable(container),
                pid == null ? OptionalInt.empty() : OptionalInt.of(pid),
                Optional.ofNullable(comm),
                confidence,
                role,
                group,
                role.equals("sent") && pid != null && pid == 4711 ? 4711 : 0);
    }
}
