// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.definition;

import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.nltap.api.v1alpha1.CaptureStore;
import io.nltap.api.v1alpha1.NetlinkCapture;
import io.nltap.api.v1alpha1.NodeCapture;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The CustomResourceDefinitions as the Java types and {@link Refinements} give them, by name. */
final class Definitions {
    private Definitions() {}

    static List<CustomResourceDefinition> generate() {
        List<CustomResourceDefinition> raw = new ArrayList<>();
        new CRDGenerator()
                .customResourceClasses(NetlinkCapture.class, NodeCapture.class, CaptureStore.class)
                .forCRDVersions("v1")
                .withParallelGenerationEnabled(false)
                .withPostProcessor(new Collector(raw))
                .withOutput(new Discard())
                .generate();
        return raw.stream()
                .map(Refinements::refine)
                .sorted(Comparator.comparing(crd -> crd.getMetadata().getName()))
                .toList();
    }

    /** As controller-gen names them: {@code nltap.io_netlinkcaptures.yaml}. */
    static String fileName(CustomResourceDefinition crd) {
        return crd.getSpec().getGroup() + "_" + crd.getSpec().getNames().getPlural() + ".yaml";
    }

    private record Collector(List<CustomResourceDefinition> found) implements CRDPostProcessor {
        @Override
        public HasMetadata process(HasMetadata crd, String version) {
            found.add((CustomResourceDefinition) crd);
            return crd;
        }
    }

    /** The generator insists on writing; its YAML leaves out quotes that YAML 1.1 needs, so we do not use it. */
    private static final class Discard extends CRDGenerator.AbstractCRDOutput<ByteArrayOutputStream> {
        @Override
        protected ByteArrayOutputStream createStreamFor(String crdName) {
            return new ByteArrayOutputStream();
        }
    }
}
