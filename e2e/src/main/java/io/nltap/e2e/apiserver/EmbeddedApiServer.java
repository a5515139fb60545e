// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.apiserver;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewSpec;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.CustomResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.http.Dispatcher;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.nltap.api.v1alpha1.CaptureStore;
import io.nltap.api.v1alpha1.NetlinkCapture;
import io.nltap.api.v1alpha1.NodeCapture;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A Kubernetes API server on a loopback port of its own. It serves the usual kinds and those of nltap, over fabric8's
 * mock web server. What differs from a real one:
 *
 * <ul>
 *   <li>Requests are neither authenticated nor authorised; TokenReviews and SubjectAccessReviews are answered from
 *       {@link #addToken} and {@link #authorizeBy}.
 *   <li>Objects are not validated; of a schema only the defaults count.
 *   <li>Nothing runs pods or DaemonSets: there is no kubelet and no controller but garbage collection. Pods and nodes
 *       have a status subresource, so their status is written with {@code patchStatus} or {@code updateStatus}, not at
 *       creation.
 *   <li>Watches are web sockets, which fabric8's client uses and {@code kubectl} does not.
 * </ul>
 *
 * The namespaces {@code default} and {@code kube-system} exist; others have to be created first, as anywhere.
 */
public final class EmbeddedApiServer implements AutoCloseable {
    // The mock web server logs every request at INFO. Held here, because loggers are weakly referenced.
    private static final Logger REQUEST_LOG = Logger.getLogger(MockWebServer.class.getName());

    static {
        REQUEST_LOG.setLevel(Level.WARNING);
    }

    private final MockWebServer web;
    private final ApiDispatcher dispatcher;
    private final ObjectStore store;
    private final Objects objects;
    private final Reviews reviews;

    private EmbeddedApiServer(MockWebServer web, Clock clock) {
        this.web = web;
        ResourceKinds kinds = new ResourceKinds();
        this.store = new ObjectStore();
        this.objects = new Objects(store, kinds, clock);
        this.reviews = new Reviews();
        this.dispatcher = new ApiDispatcher(store, kinds, objects, reviews);
        web.setDispatcher(new UnrecordedDispatcher(web, dispatcher));
        createNamespace("default");
        createNamespace("kube-system");
        define(NetlinkCapture.class);
        define(NodeCapture.class);
        define(CaptureStore.class);
    }

    /** Starts a server that speaks plain HTTP. */
    public static EmbeddedApiServer start() {
        return start(new MockWebServer());
    }

    /** Starts a server that speaks HTTPS with the certificate {@link #certificate} of its own. */
    public static EmbeddedApiServer startTls() {
        MockWebServer web = new MockWebServer();
        web.useHttps();
        return start(web);
    }

    public URI url() {
        return URI.create(web.url("/").toString());
    }

    /** PEM file of the certificate that this server shows; nothing when it speaks plain HTTP. */
    public Optional<Path> certificate() {
        return Optional.ofNullable(web.getSelfSignedCertificate())
                .map(certificate -> Path.of(certificate.certificatePath()));
    }

    /** A client of this server; whoever asks for it closes it. */
    public KubernetesClient newClient() {
        return new KubernetesClientBuilder().withConfig(clientConfig()).build();
    }

    /** How a client reaches this server; nothing of the environment's own clusters goes into it. */
    public Config clientConfig() {
        ConfigBuilder config = new ConfigBuilder(Config.empty())
                .withMasterUrl(url().toString())
                .withNamespace("default")
                .withHttp2Disable(true)
                .withRequestRetryBackoffLimit(0);
        certificate().ifPresent(file -> config.withCaCertFile(file.toString()));
        return config.build();
    }

    /** A kubeconfig for programs that want a file. */
    public String kubeconfig() {
        ObjectNode config = JsonNodeFactory.instance
                .objectNode()
                .put("apiVersion", "v1")
                .put("kind", "Config")
                .put("current-context", "embedded");
        ObjectNode cluster =
                config.putArray("clusters").addObject().put("name", "embedded").putObject("cluster");
        cluster.put("server", url().toString());
        certificate().ifPresent(file -> cluster.put("certificate-authority", file.toString()));
        config.putArray("users").addObject().put("name", "embedded").putObject("user");
        config.putArray("contexts")
                .addObject()
                .put("name", "embedded")
                .putObject("context")
                .put("cluster", "embedded")
                .put("user", "embedded");
        try {
            return new YAMLMapper().writeValueAsString(config);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From now on a TokenReview knows this token. */
    public void addToken(String token, Identity identity) {
        reviews.addToken(token, identity);
    }

    /** From now on a TokenReview refuses this token. */
    public void removeToken(String token) {
        reviews.removeToken(token);
    }

    /** Who may do what, for SubjectAccessReviews; until this is called only the group {@code system:masters} may. */
    public void authorizeBy(Predicate<SubjectAccessReviewSpec> allowed) {
        reviews.authorizeBy(allowed);
    }

    /**
     * Serves a kind that has a Java type, with a status subresource; its schema is not known then, so nothing is
     * defaulted.
     */
    public void define(Class<? extends CustomResource<?, ?>> type) {
        define(CustomResourceDefinitionContext.v1CRDFromCustomResourceType(type)
                .editSpec()
                .editFirstVersion()
                .withNewSubresources()
                .withNewStatus()
                .endStatus()
                .endSubresources()
                .endVersion()
                .endSpec()
                .build());
    }

    /** Serves the kind of a CustomResourceDefinition; a definition of the same name is replaced. */
    public void define(CustomResourceDefinition crd) {
        ObjectNode object = new KubernetesSerialization().convertValue(crd, ObjectNode.class);
        synchronized (store) {
            ObjectKey key = new ObjectKey(
                    ResourceKinds.CRD_GROUP,
                    ResourceKinds.CRD_PLURAL,
                    "",
                    crd.getMetadata().getName());
            store.remove(key);
            objects.create(kindOfDefinitions(), "", object, false);
        }
    }

    /** Serves the kinds of a YAML stream of CustomResourceDefinitions, with the defaults of their schemas. */
    public void define(InputStream yaml) {
        Object loaded = new KubernetesSerialization().unmarshal(yaml);
        List<?> documents = loaded instanceof List<?> list ? list : List.of(loaded);
        for (Object document : documents) {
            if (document instanceof CustomResourceDefinition crd) {
                define(crd);
            }
        }
    }

    /** Ends every watch, as a restart of the API server does; clients have to connect again. */
    public void disconnectWatches() {
        dispatcher.disconnectWatches();
    }

    @Override
    public void close() {
        web.shutdown();
    }

    private static EmbeddedApiServer start(MockWebServer web) {
        EmbeddedApiServer server = new EmbeddedApiServer(web, Clock.systemUTC());
        web.start(InetAddress.getLoopbackAddress(), 0);
        return server;
    }

    private void createNamespace(String name) {
        ObjectNode namespace = JsonNodeFactory.instance.objectNode();
        namespace.putObject("metadata").put("name", name);
        objects.create(new ResourceKind("", "v1", "namespaces", "Namespace", false, true), "", namespace, false);
    }

    private static ResourceKind kindOfDefinitions() {
        return new ResourceKind(
                ResourceKinds.CRD_GROUP, "v1", ResourceKinds.CRD_PLURAL, "CustomResourceDefinition", false, true);
    }

    /** The mock web server keeps every request for somebody to ask for; nobody does, so it forgets them at once. */
    private static final class UnrecordedDispatcher extends Dispatcher {
        private final MockWebServer web;
        private final Dispatcher dispatcher;

        UnrecordedDispatcher(MockWebServer web, Dispatcher dispatcher) {
            this.web = web;
            this.dispatcher = dispatcher;
        }

        @Override
        public MockResponse dispatch(RecordedRequest request) {
            web.reset();
            return dispatcher.dispatch(request);
        }

        @Override
        public void shutdown() {
            dispatcher.shutdown();
        }
    }
}
