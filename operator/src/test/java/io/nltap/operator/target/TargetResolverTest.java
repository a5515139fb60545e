// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.nltap.api.v1alpha1.NodeContainer;
import io.nltap.api.v1alpha1.Targets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetResolverTest {
    private static final Targets EVERY_POD = new Targets(new LabelSelector(), null, null);

    @ParameterizedTest(name = "{0} matches {1}: {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}                                                                  | {}                 | true",
                "{matchLabels: {app: web}}                                           | {app: web, x: y}   | true",
                "{matchLabels: {app: web}}                                           | {app: shop}        | false",
                "{matchLabels: {app: web}}                                           | {}                 | false",
                "{matchLabels: {app: web, tier: front}}                              | {app: web}         | false",
                "{matchExpressions: [{key: app, operator: In, values: [web, shop]}]} | {app: shop}        | true",
                "{matchExpressions: [{key: app, operator: In, values: [web, shop]}]} | {app: batch}       | false",
                "{matchExpressions: [{key: app, operator: In, values: [web, shop]}]} | {}                 | false",
                "{matchExpressions: [{key: app, operator: NotIn, values: [web]}]}    | {app: shop}        | true",
                "{matchExpressions: [{key: app, operator: NotIn, values: [web]}]}    | {app: web}         | false",
                "{matchExpressions: [{key: app, operator: NotIn, values: [web]}]}    | {}                 | true",
                "{matchExpressions: [{key: app, operator: Exists}]}                  | {app: ''}          | true",
                "{matchExpressions: [{key: app, operator: Exists}]}                  | {x: y}             | false",
                "{matchExpressions: [{key: app, operator: DoesNotExist}]}            | {x: y}             | true",
                "{matchExpressions: [{key: app, operator: DoesNotExist}]}            | {app: web}         | false",
                "{matchLabels: {x: y}, matchExpressions: [{key: app, operator: Exists}]} | {app: web}     | false",
            })
    void aSelectorMeansWhatItMeansToKubernetes(String selector, String labels, boolean matches) {
        LabelSelector parsed = selector(selector);
        Map<String, String> pod = labels(labels);

        assertThat(LabelRequirements.problem(parsed)).isEmpty();
        assertThat(LabelRequirements.match(parsed, pod)).isEqualTo(matches);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{key: app, operator: In}                     | operator In of key 'app' needs values",
                "{key: app, operator: NotIn, values: []}      | operator NotIn of key 'app' needs values",
                "{key: app, operator: Exists, values: [web]}  | operator Exists of key 'app' takes no values",
                "{key: app, operator: Equals, values: [web]}  | 'Equals' is no operator",
                "{key: app}                                   | needs key and operator",
            })
    void aSelectorThatCannotBeUnderstoodMatchesNothingAndSaysWhy(String expression, String problem) {
        LabelSelector selector = selector("{matchExpressions: [%s]}".formatted(expression));

        ResolvedTargets targets =
                TargetResolver.resolve(new Targets(selector, List.of("web-1"), null), List.of(running("web-1", "n1")));

        assertThat(targets.problem())
                .hasValueSatisfying(found -> assertThat(found.message()).contains(problem));
        assertThat(targets.pods()).isZero();
    }

    @Test
    void everyRunningContainerIsNamedWithoutTheSchemeOfItsRuntime() {
        Pod pod = pod("""
                metadata: {name: web-1, namespace: shop, uid: u1}
                spec: {nodeName: n1, containers: [{name: b}, {name: a}], initContainers: [{name: side}]}
                status:
                  phase: Running
                  containerStatuses:
                    - {name: b, containerID: "cri-o://bb", state: {running: {}}}
                    - {name: a, containerID: "containerd://aa", state: {waiting: {reason: CrashLoopBackOff}}}
                  initContainerStatuses:
                    - {name: side, containerID: "docker://cc", state: {running: {}}}
                    - {name: setup, containerID: "docker://dd", state: {terminated: {exitCode: 0}}}
                  ephemeralContainerStatuses:
                    - {name: debugger, containerID: "containerd://ee", state: {running: {}}}
                """);

        ResolvedTargets targets = TargetResolver.resolve(EVERY_POD, List.of(pod));

        assertThat(targets.on("n1").get(0).containers())
                .containsExactly(
                        new NodeContainer("b", "bb"),
                        new NodeContainer("debugger", "ee"),
                        new NodeContainer("side", "cc"));
    }

    @Test
    void aPodBetweenTwoRestartsStaysATarget() {
        Pod pod = pod("""
                metadata: {name: web-1, namespace: shop, uid: u1}
                spec: {nodeName: n1, containers: [{name: a}]}
                status:
                  phase: Running
                  containerStatuses:
                    - {name: a, containerID: "containerd://aa", state: {waiting: {reason: CrashLoopBackOff}}}
                """);

        ResolvedTargets targets = TargetResolver.resolve(EVERY_POD, List.of(pod));

        assertThat(targets.on("n1"))
                .singleElement()
                .satisfies(target -> assertThat(target.containers()).isEmpty());
    }

    @Test
    void aPodIsATargetWhileItsInitContainersRun() {
        Pod pod = pod("""
                metadata: {name: web-1, namespace: shop, uid: u1}
                spec: {nodeName: n1, containers: [{name: a}], initContainers: [{name: setup}]}
                status:
                  phase: Pending
                  initContainerStatuses:
                    - {name: setup, containerID: "containerd://dd", state: {running: {}}}
                """);

        assertThat(TargetResolver.resolve(EVERY_POD, List.of(pod)).on("n1")).hasSize(1);
    }

    @Test
    void onlyPodsThatRunANamedContainerAreMeant() {
        Targets targets = new Targets(new LabelSelector(), null, List.of("proxy"));
        Pod with = pod("""
                metadata: {name: with, namespace: shop, uid: u1}
                spec: {nodeName: n1, containers: [{name: app}, {name: proxy}]}
                status: {phase: Running}
                """);

        ResolvedTargets resolved = TargetResolver.resolve(targets, List.of(with, running("without", "n1")));

        assertThat(resolved.on("n1")).extracting("podName").containsExactly("with");
    }

    @Test
    void theOrderOfThePodsDoesNotMatter() {
        Pod a = running("a", "n2");
        Pod b = running("b", "n1");
        Pod c = running("c", "n1");

        assertThat(TargetResolver.resolve(EVERY_POD, List.of(a, b, c)))
                .isEqualTo(TargetResolver.resolve(EVERY_POD, List.of(c, b, a)));
    }

    private static Pod running(String name, String node) {
        return pod("""
                metadata: {name: %s, namespace: shop, uid: uid-%s}
                spec: {nodeName: %s, containers: [{name: app}]}
                status: {phase: Running}
                """.formatted(name, name, node));
    }

    private static Pod pod(String yaml) {
        return Serialization.unmarshal("apiVersion: v1\nkind: Pod\n" + yaml, Pod.class);
    }

    private static LabelSelector selector(String yaml) {
        return Serialization.unmarshal("---\n" + yaml, LabelSelector.class);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, String> labels(String yaml) {
        return Serialization.unmarshal("---\n" + yaml, Map.class);
    }
}
