// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.cluster;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.LocalPortForward;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * nltap as the chart installs it.
 *
 * @param namespace of the operator
 * @param authority PEM of the authority of the gateway's certificate
 */
public record NltapInstallation(String namespace, String authority) {
    /** A DNS name that the gateway's certificate has for those who come through a port-forward. */
    public static final String FORWARDED_NAME = "localhost";

    private static final String DEFINITION = "netlinkcaptures.nltap.io";
    private static final String OPERATOR = "nltap-operator";
    private static final String GATEWAY = "nltap-gateway";
    private static final String CERTIFICATE = "nltap-gateway-tls";
    private static final int GATEWAY_PORT = 8443;

    /**
     * @throws IllegalStateException when something of nltap is not there; says what, and how to install it
     */
    public static NltapInstallation find(KubernetesClient client, String namespace) {
        boolean defined = client.apiextensions()
                        .v1()
                        .customResourceDefinitions()
                        .withName(DEFINITION)
                        .get()
                != null;
        require(defined, "the cluster does not know the CustomResourceDefinition " + DEFINITION, namespace);
        Deployment operator = client.apps()
                .deployments()
                .inNamespace(namespace)
                .withName(OPERATOR)
                .get();
        require(
                operator != null,
                "there is no Deployment %s in the namespace %s".formatted(OPERATOR, namespace),
                namespace);
        Secret certificate =
                client.secrets().inNamespace(namespace).withName(CERTIFICATE).get();
        if (certificate == null || certificate.getData().get("ca.crt") == null) {
            throw new IllegalStateException(
                    "the Secret %s in the namespace %s, whose ca.crt vouches for the gateway, is missing"
                            .formatted(CERTIFICATE, namespace));
        }
        byte[] authority = Base64.getDecoder().decode(certificate.getData().get("ca.crt"));
        return new NltapInstallation(namespace, new String(authority, StandardCharsets.US_ASCII));
    }

    /** A way to the gateway from a port of this machine; whoever asks for it closes it. */
    public LocalPortForward openGateway(KubernetesClient client) {
        return client.services().inNamespace(namespace).withName(GATEWAY).portForward(GATEWAY_PORT);
    }

    private static void require(boolean present, String problem, String namespace) {
        if (!present) {
            throw new IllegalStateException("""
                    %s: is nltap installed there? To install it:
                      ./dev images   (and load the two tarballs below target/images on the nodes, or push them)
                      helm install nltap charts/nltap --namespace %s --create-namespace
                    README.md tells more.""".formatted(problem, namespace));
        }
    }
}
