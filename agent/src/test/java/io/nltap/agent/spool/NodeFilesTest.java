// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.nltap.api.v1alpha1.Artifact;
import io.nltap.api.v1alpha1.ArtifactKind;
import io.nltap.api.v1alpha1.Compression;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a session has beside its segments, and what the next agent makes of it. */
class NodeFilesTest {
    private static final String UID = "0b1c6f1e-6d0e-4c63-9c7f-1f2b5d0a7b11";
    private static final SpoolOrder ORDER = SpoolTest.order(UID, Compression.ZSTD);

    @TempDir
    Path root;

    @Test
    void staysUntilTheStoreHasIt() throws IOException {
        try (Spool spool = Spool.open(root, 1 << 20, Clock.systemUTC())) {
            SpoolSession session = spool.begin(ORDER);
            session.files().rewrite(ArtifactKind.SUMMARY, bytes("{\"so\": \"far\"}"));
            session.files().rewrite(ArtifactKind.SUMMARY, bytes("{}"));
            Artifact summary = session.files().seal(ArtifactKind.SUMMARY).orElseThrow();

            assertThat(session.files().seal(ArtifactKind.CHANGES)).isEmpty();
            assertThat(summary.key()).isEqualTo("shop/why-slow/c0ffee/worker-1/summary.json");
            assertThat(summary.size()).isEqualTo(2);
            assertThat(session.file(summary.key())).hasContent("{}");
            assertThat(session.heldBytes()).isEqualTo(2);
            assertThatIllegalStateException().isThrownBy(session::finish).withMessageContaining("summary.json");

            session.files().confirm(summary);

            assertThat(session.files().stored()).containsExactly(summary);
            assertThat(session.heldBytes()).isZero();
            session.finish();
            assertThat(session.directory()).doesNotExist();
            assertThat(spool.usedBytes()).isZero();
        }
    }

    @Test
    void keepsWholeLinesOfWhatAKilledAgentWasWriting() throws IOException {
        try (Spool killed = Spool.open(root, 1 << 20, Clock.systemUTC())) {
            SpoolSession session = killed.begin(ORDER);
            Files.writeString(session.files().part(ArtifactKind.CHANGES), "{\"a\":1}\n{\"b\":2}\n{\"c\"");
            Files.writeString(session.files().part(ArtifactKind.EVIDENCE), "{\"half");
        }
        try (Spool spool = Spool.open(root, 1 << 20, Clock.systemUTC())) {
            SpoolSession session = spool.leftovers().sessions().get(0);

            assertThat(session.files().isUnfinished(ArtifactKind.CHANGES)).isTrue();
            session.files().seal(ArtifactKind.CHANGES);
            assertThat(session.directory().resolve("changes.ndjson")).hasContent("{\"a\":1}\n{\"b\":2}\n");
            assertThat(session.files().part(ArtifactKind.EVIDENCE)).isEmptyFile();
        }
    }

    @Test
    void rememberOverARestartWhatIsStoredAndWhatIsNot() throws IOException {
        Artifact stored;
        try (Spool killed = Spool.open(root, 1 << 20, Clock.systemUTC())) {
            SpoolSession session = killed.begin(ORDER);
            session.files().rewrite(ArtifactKind.SUMMARY, bytes("{}"));
            stored = session.files().seal(ArtifactKind.SUMMARY).orElseThrow();
            session.files().confirm(stored);
            session.files().rewrite(ArtifactKind.CHANGES, bytes("{}\n"));
            session.files().seal(ArtifactKind.CHANGES);
        }
        try (Spool spool = Spool.open(root, 1 << 20, Clock.systemUTC())) {
            SpoolSession session = spool.leftovers().sessions().get(0);

            assertThat(session.files().stored()).containsExactly(stored);
            assertThat(session.files().waiting())
                    .extracting(Artifact::key)
                    .containsExactly("shop/why-slow/c0ffee/worker-1/changes.ndjson");
            assertThat(session.heldBytes()).isEqualTo(3);
        }
    }

    @Test
    void takesNoMoreThanTheSpoolHasRoomFor() throws IOException {
        try (Spool spool = Spool.open(root, 10, Clock.systemUTC())) {
            SpoolSession session = spool.begin(ORDER);
            session.files().rewrite(ArtifactKind.SUMMARY, bytes("{}"));

            assertThatIOException()
                    .isThrownBy(() -> session.files().rewrite(ArtifactKind.SUMMARY, new byte[11]))
                    .withMessageContaining("no room");

            assertThat(session.files().part(ArtifactKind.SUMMARY)).hasContent("{}");
            assertThat(spool.usedBytes()).isEqualTo(2);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
