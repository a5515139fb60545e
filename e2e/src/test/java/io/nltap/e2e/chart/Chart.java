// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.chart;

import com.marcnuri.helm.DryRun;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What Helm makes of the chart without a cluster. */
final class Chart {
    static final Path DIRECTORY = Path.of("../charts/nltap").toAbsolutePath().normalize();
    static final String NAMESPACE = "nltap-system";

    private Chart() {}

    static LintResult lint() {
        return new Helm(DIRECTORY).lint().strict().call();
    }

    /**
     * The manifests.
     *
     * @param values as of {@code --set}
     * @throws IllegalStateException when Helm refuses, with what it says
     */
    static List<HasMetadata> render(Map<String, String> values) {
        return render("1.36.0", values);
    }

    static List<HasMetadata> render(String kubernetesVersion, Map<String, String> values) {
        TemplateCommand template = new Helm(DIRECTORY)
                .template()
                .withName("nltap")
                .withNamespace(NAMESPACE)
                .withKubeVersion(kubernetesVersion);
        values.forEach(template::set);
        // Apart, because the documents without a manifest are nothing but comments.
        return Stream.of(template.call().split("(?m)^---$"))
                .filter(document -> document.contains("\nkind:"))
                .map(document -> (HasMetadata) Serialization.unmarshal(document))
                .toList();
    }

    /** What Helm shows after an installation. */
    static String notes(Map<String, String> values) {
        var install = new Helm(DIRECTORY)
                .install()
                .withName("nltap")
                .withNamespace(NAMESPACE)
                .clientOnly()
                .withDryRunOption(DryRun.CLIENT)
                .withKubeVersion("1.36.0");
        values.forEach(install::set);
        return install.call().getOutput();
    }
}
