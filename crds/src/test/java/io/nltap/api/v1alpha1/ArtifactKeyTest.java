// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArtifactKeyTest {

    private static final CaptureRef CAPTURE =
            new CaptureRef("shop", "why-slow.v2", "5f0c6f1e-6d0e-4c63-9c7f-1f2b5d0a7b11");

    @ParameterizedTest
    @EnumSource(Compression.class)
    void takesApartWhatItWrote(Compression compression) {
        ArtifactKey key = new ArtifactKey(CAPTURE, "worker-1.example.org", 17, compression);

        assertThat(ArtifactKey.parse(key.toString())).contains(key);
    }

    @Test
    void writesTheOneSpelling() {
        assertThat(new ArtifactKey(CAPTURE, "worker-1", 0, Compression.ZSTD))
                .hasToString("shop/why-slow.v2/5f0c6f1e-6d0e-4c63-9c7f-1f2b5d0a7b11/worker-1/0.pcapng.zst");
    }

    @ParameterizedTest
    @EnumSource(
            value = ArtifactKind.class,
            names = {"PCAPNG", "PCAP", "ATTRIBUTION"})
    void everyPartOfASegmentHasItsKey(ArtifactKind kind) {
        ArtifactKey key = new ArtifactKey(new CaptureRef("shop", "c", "u"), "n", 7, kind, Compression.GZIP);

        assertThat(key).hasToString("shop/c/u/n/7." + kind.extension() + ".gz");
        assertThat(ArtifactKey.parse(key.toString())).contains(key);
    }

    @ParameterizedTest
    @EnumSource(
            value = ArtifactKind.class,
            names = {"EVIDENCE", "SUMMARY", "CHANGES"})
    void whatANodeHasOneOfHasItsKey(ArtifactKind kind) {
        ArtifactKey key = ArtifactKey.ofNode(new CaptureRef("shop", "c", "u"), "n", kind, Compression.ZSTD);

        assertThat(key).hasToString("shop/c/u/n/" + kind.extension() + ".zst");
        assertThat(ArtifactKey.parse(key.toString())).contains(key);
    }

    @ParameterizedTest
    @EnumSource(
            value = ArtifactKind.class,
            names = {"SUMMARY", "REPORT", "MANIFEST"})
    void whatACaptureHasOneOfHasItsKey(ArtifactKind kind) {
        ArtifactKey key = ArtifactKey.ofCapture(new CaptureRef("shop", "c", "u"), kind);

        assertThat(key).hasToString("shop/c/u/" + kind.extension());
        assertThat(ArtifactKey.parse(key.toString())).contains(key);
    }

    @Test
    void theLongestKeyIsNoLongerThanAnObjectStoreTakes() {
        String subdomain = ("a".repeat(62) + ".").repeat(4) + "b";
        CaptureRef capture = new CaptureRef("n".repeat(63), subdomain, "u".repeat(64));
        ArtifactKey key = new ArtifactKey(capture, subdomain, Integer.MAX_VALUE, Compression.ZSTD);

        assertThat(key.toString()).hasSizeBetween(600, ArtifactKey.MAX_LENGTH).hasSizeLessThan(1024);
        assertThat(ArtifactKey.parse(key.toString())).contains(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "shop/c/u/n",
                "shop/c/u/n/",
                "/shop/c/u/n/0.pcapng",
                "shop/c/u/n/0.pcapng/",
                "shop//u/n/0.pcapng",
                "shop/c/u/n/0.pcapng\n",
                "shop/../u/n/0.pcapng",
                "shop/c/../n/0.pcapng",
                "shop/c/u/../0.pcapng",
                "../c/u/n/0.pcapng",
                "./c/u/n/0.pcapng",
                "shop/c/u/n/x/0.pcapng",
                "Shop/c/u/n/0.pcapng",
                "sh.op/c/u/n/0.pcapng",
                "shop/c_d/u/n/0.pcapng",
                "shop/c./u/n/0.pcapng",
                "shop/.c/u/n/0.pcapng",
                "shop/c..d/u/n/0.pcapng",
                "shop/-c/u/n/0.pcapng",
                "shop/c/u.v/n/0.pcapng",
                "shop/c/u%2e/n/0.pcapng",
                "shop/c/-/n/0.pcapng",
                "shop/c/u/N/0.pcapng",
                "shop/c/u/n\\x/0.pcapng",
                "shop/c/u/n/00.pcapng",
                "shop/c/u/n/01.pcapng",
                "shop/c/u/n/-1.pcapng",
                "shop/c/u/n/+1.pcapng",
                "shop/c/u/n/2147483648.pcapng",
                "shop/c/u/n/99999999999999999999.pcapng",
                "shop/c/u/n/.pcapng",
                "shop/c/u/n/0.pcapn",
                "shop/c/u/n/0.attribution",
                "shop/c/u/n/0.ndjson.zst",
                "shop/c/u/n/0.pcapng.part",
                "shop/c/u/n/0.pcapng.bz2",
                "shop/c/u/n/0.pcapng.zst.gz",
                "shop/c/u/n/\u0660.pcapng",
                "shop/c/u/0.pcapng",
                "shop/c/u/evidence.ndjson",
                "shop/c/u/changes.ndjson",
                "shop/c/u/n/report.html",
                "shop/c/u/n/manifest.json",
                "shop/c/u/n/0.summary.json",
                "shop/c/u/n/pcapng",
                "shop/c/u//summary.json",
                "shop/c/summary.json",
                "shop/c/u/n/x/summary.json",
                "shop/c/u/.summary.json"
            })
    void refusesWhatIsNoKey(String text) {
        assertThat(ArtifactKey.parse(text)).isEmpty();
    }

    @Test
    void refusesPartsThatAreTooLong() {
        assertThat(ArtifactKey.parse("n".repeat(64) + "/c/u/n/0.pcapng")).isEmpty();
        assertThat(ArtifactKey.parse("shop/c/" + "u".repeat(65) + "/n/0.pcapng"))
                .isEmpty();
        assertThat(ArtifactKey.parse("shop/c/u/" + "n".repeat(254) + "/0.pcapng"))
                .isEmpty();
        assertThat(ArtifactKey.parse("x".repeat(1_000_000))).isEmpty();
    }

    @Test
    void cannotBeMadeFromNamesThatLeaveTheDirectory() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ArtifactKey(CAPTURE, "..", 0, Compression.NONE))
                .withMessageContaining("node name")
                .withMessageContaining("'..'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ArtifactKey(CAPTURE, "n", -1, Compression.NONE))
                .withMessageContaining("-1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ArtifactKey(CAPTURE, "", 0, Compression.NONE))
                .withMessageContaining("node name");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ArtifactKey.ofNode(CAPTURE, "n", ArtifactKind.REPORT, Compression.NONE))
                .withMessageContaining("of no node");
    }
}
