// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.agent.spool.SpoolSession;
import io.nltap.api.v1alpha1.Artifact;
import io.nltap.api.v1alpha1.ArtifactKey;
import io.nltap.api.v1alpha1.Segment;
import java.io.IOException;
import java.util.List;
import java.util.Objects;

/** What is brought to the store in one go: it is there when all its files are. */
sealed interface Sending {

    /** For people, such as {@code Segment 7} or {@code summary.json}. */
    String name();

    List<Artifact> files();

    /** The store has all of it. */
    void confirm(SpoolSession spool) throws IOException;

    record OfSegment(Segment segment) implements Sending {
        @Override
        public String name() {
            return name(segment.number());
        }

        static String name(int number) {
            return "Segment " + number;
        }

        @Override
        public List<Artifact> files() {
            Artifact capture =
                    new Artifact(segment.key(), segment.size(), Objects.requireNonNullElse(segment.sha256(), ""));
            Artifact attribution = segment.attribution();
            return attribution == null ? List.of(capture) : List.of(capture, attribution);
        }

        @Override
        public void confirm(SpoolSession spool) throws IOException {
            spool.confirm(segment);
        }
    }

    record OfFile(Artifact file) implements Sending {
        @Override
        public String name() {
            return ArtifactKey.parse(file.key()).orElseThrow().fileName();
        }

        @Override
        public List<Artifact> files() {
            return List.of(file);
        }

        @Override
        public void confirm(SpoolSession spool) throws IOException {
            spool.files().confirm(file);
        }
    }
}
