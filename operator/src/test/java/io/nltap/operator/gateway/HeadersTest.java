// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.operator.store.Content;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeadersTest {
    private static final String EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private static final String EMPTY_BASE64 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=0-9      | 0  | 10",
                "bytes=90-      | 90 | 10",
                "bytes=90-1000  | 90 | 10",
                "bytes=-10      | 90 | 10",
                "bytes=-1000    | 0  | 100",
                "bytes=99-99    | 99 | 1",
                "bytes=100-     | 100 | 0",
                "bytes=-0       | 100 | 0",
                "bytes=999999999999999999- | 999999999999999999 | 0",
            })
    void readsOneRange(String header, long first, long length) {
        assertThat(ByteRange.of(header, 100)).contains(new ByteRange(first, length));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes=0-1,5-9",
                "bytes=-",
                "bytes=9-0",
                "lines=0-9",
                "bytes=a-b",
                "",
                "bytes=9999999999999999999-"
            })
    void sendsTheWholeFileForWhatItDoesNotUnderstand(String header) {
        assertThat(ByteRange.of(header, 100)).isEmpty();
    }

    @Test
    void readsADigest() {
        assertThat(ContentDigest.sha256("sha-256=:" + EMPTY_BASE64 + ":")).contains(EMPTY);
        assertThat(ContentDigest.sha256("sha-512=:AAAA:, sha-256=:" + EMPTY_BASE64 + ":"))
                .contains(EMPTY);
        assertThat(ContentDigest.sha256("sha-256=:abc:")).isEmpty();
        assertThat(ContentDigest.sha256("sha-256=" + EMPTY)).isEmpty();
        assertThat(ContentDigest.sha256("xsha-256=:" + EMPTY_BASE64 + ":")).isEmpty();
    }

    @Test
    void readsABearerToken() {
        assertThat(BearerToken.of("Bearer abc.d-e_f")).contains("abc.d-e_f");
        assertThat(BearerToken.of("bearer abc")).contains("abc");
        assertThat(BearerToken.of("Basic abc")).isEmpty();
        assertThat(BearerToken.of("Bearer a b")).isEmpty();
        assertThat(BearerToken.of(null)).isEmpty();
    }

    @Test
    void readsAnOffer() throws IOException {
        assertThat(Offer.read(stream("{\"size\": 7, \"sha256\": \"" + EMPTY + "\"}")))
                .contains(new Content(7, EMPTY));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "nonsense",
                "{\"size\": 7}",
                "{\"size\": -1, \"sha256\": \"" + EMPTY + "\"}",
                "{\"size\": 1e99, \"sha256\": \"" + EMPTY + "\"}",
                "{\"size\": 99999999999999999999, \"sha256\": \"" + EMPTY + "\"}",
                "{\"size\": 7, \"sha256\": \"../../etc/passwd\"}"
            })
    void takesNothingElseForAnOffer(String text) throws IOException {
        assertThat(Offer.read(stream(text))).isEmpty();
    }

    private static ByteArrayInputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
