// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.report;

import io.nltap.api.v1alpha1.Artifact;
import io.nltap.api.v1alpha1.ArtifactKey;
import io.nltap.api.v1alpha1.ArtifactKind;
import io.nltap.operator.status.ReportState;
import io.nltap.operator.store.Content;
import io.nltap.operator.store.ObjectStore;
import io.nltap.operator.store.Receipt;
import io.nltap.operator.store.StoreProblem;
import io.nltap.operator.store.StoreResolution;
import io.nltap.report.SummaryJson;
import io.nltap.report.html.HtmlReport;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Makes the files of a whole capture and stores them. What an operator before this one has stored is kept. */
final class CaptureReporter {
    private final Function<String, StoreResolution> stores;
    private final String version;

    /**
     * @param stores by their names
     * @param version of the operator, for the page
     */
    CaptureReporter(Function<String, StoreResolution> stores, String version) {
        this.stores = stores;
        this.version = version;
    }

    /** Takes as long as the store takes. */
    ReportState make(ReportOrder order) {
        StoreResolution resolution = stores.apply(order.store());
        if (resolution instanceof StoreResolution.Unusable no) {
            return new ReportState.Failed(no.message());
        }
        ObjectStore store = ((StoreResolution.Usable) resolution).store();
        try {
            return new ReportState.Made(make(order, store));
        } catch (IOException e) {
            return new ReportState.Failed(e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    private List<Artifact> make(ReportOrder order, ObjectStore store) throws IOException {
        MergedNodes merged = MergedNodes.of(order, store);
        List<String> missing = new ArrayList<>();
        order.nodes().forEach(node -> missing.addAll(Accounting.missing(node)));
        List<String> gaps = new ArrayList<>(missing);
        gaps.addAll(merged.gaps());
        List<Artifact> made = new ArrayList<>();
        made.add(put(order, store, ArtifactKind.SUMMARY, SummaryJson.write(merged.summary())));
        made.add(put(
                order,
                store,
                ArtifactKind.REPORT,
                HtmlReport.of(merged.summary(), merged.changes(), ReportFacts.of(order, gaps, version))));
        made.add(put(
                order,
                store,
                ArtifactKind.MANIFEST,
                Manifest.of(order, missing, List.copyOf(made)).json()));
        return made;
    }

    private static Artifact put(ReportOrder order, ObjectStore store, ArtifactKind kind, byte[] bytes)
            throws IOException {
        ArtifactKey key = ArtifactKey.ofCapture(order.capture(), kind);
        Content content = Content.of(bytes);
        Receipt receipt = store.put(key, content, bytes);
        if (receipt instanceof Receipt.NotStored no) {
            if (no.problem().kind() != StoreProblem.Kind.CONFLICT) {
                throw new IOException(no.problem().message());
            }
            content = there(store, key); // of another version of the operator, which ended before it could say so
        }
        return new Artifact(key.toString(), content.size(), content.sha256());
    }

    private static Content there(ObjectStore store, ArtifactKey key) throws IOException {
        try (InputStream in = store.open(key)) {
            return Content.of(in);
        }
    }
}
