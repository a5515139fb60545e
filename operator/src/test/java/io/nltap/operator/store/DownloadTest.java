// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.api.v1alpha1.ArtifactKey;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DownloadTest {

    @ParameterizedTest
    @CsvSource({
        "shop/c/u/n/0.pcapng, application/octet-stream",
        "shop/c/u/n/0.attribution.ndjson, application/x-ndjson",
        "shop/c/u/n/0.attribution.ndjson.gz, application/octet-stream",
        "shop/c/u/n/evidence.ndjson.zst, application/octet-stream",
        "shop/c/u/n/changes.ndjson, application/x-ndjson",
        "shop/c/u/summary.json, application/json",
        "shop/c/u/manifest.json, application/json",
        "shop/c/u/report.html, text/html;charset=UTF-8",
    })
    void everyFileIsSavedUnderItsWholeKey(String key, String mediaType) {
        Download download = Download.of(ArtifactKey.parse(key).orElseThrow());

        assertThat(download.mediaType()).isEqualTo(mediaType);
        assertThat(download.disposition()).isEqualTo("attachment; filename=\"" + key.replace('/', '_') + "\"");
    }
}
