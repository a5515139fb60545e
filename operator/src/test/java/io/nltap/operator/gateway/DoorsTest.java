// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributes;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.nltap.api.v1alpha1.ArtifactKey;
import io.nltap.api.v1alpha1.CaptureRef;
import io.nltap.api.v1alpha1.Compression;
import io.nltap.e2e.apiserver.EmbeddedApiServer;
import io.nltap.e2e.apiserver.Identity;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is let in, and what the others are told. */
class DoorsTest {
    private static final String AGENT = "system:serviceaccount:nltap:nltap-agent";

    private EmbeddedApiServer server;
    private KubernetesClient client;
    private AgentDoor agents;
    private UserDoor users;
    private ArtifactKey key;

    @BeforeEach
    void start() {
        server = EmbeddedApiServer.start();
        client = server.newClient();
        Reviews reviews = new Reviews(client, Clock.systemUTC());
        agents = new AgentDoor(reviews, new ClusterFacts(client, "nltap"), "nltap", "nltap-agent");
        users = new UserDoor(reviews);
        TestCaptures captures = new TestCaptures(client);
        captures.createNamespaces();
        key = captures.create("slow-dns", "node-1", "default");
        server.addToken("agent", Identity.podOn("node-1", "nltap", "nltap-agent", "nltap-agent-x", "nltap"));
        server.authorizeBy(DoorsTest::isAgent);
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void letsAnAgentBringFilesOfItsOwnNode() {
        Access access = agents.open(Optional.of("agent"), key);

        assertThat(access).isEqualTo(new Access.Granted(AGENT + " on node-1"));
    }

    @Test
    void wantsATokenOfAgents() {
        Access access = agents.open(Optional.empty(), key);

        assertDenied(access, 401, false, "a token is missing");
    }

    @Test
    void refusesATokenThatNobodyIssued() {
        Access access = agents.open(Optional.of("forged"), key);

        assertDenied(access, 401, false, "does not accept this token for the audience nltap");
    }

    @Test
    void refusesAnAgentsTokenThatWasMadeForTheApiServer() {
        server.addToken("usual", Identity.podOn("node-1", "nltap", "nltap-agent", "x", Identity.API_AUDIENCE));

        Access access = agents.open(Optional.of("usual"), key);

        assertDenied(access, 401, false, "made for another audience");
    }

    @Test
    void refusesOtherServiceAccounts() {
        server.addToken("other", Identity.podOn("node-1", "nltap", "builder", "builder-x", "nltap"));
        server.addToken("elsewhere", Identity.podOn("node-1", "shop", "nltap-agent", "nltap-agent-x", "nltap"));

        Access other = agents.open(Optional.of("other"), key);
        Access elsewhere = agents.open(Optional.of("elsewhere"), key);

        assertDenied(other, 403, false, "this token is that of system:serviceaccount:nltap:builder");
        assertDenied(elsewhere, 403, false, "this token is that of system:serviceaccount:shop:nltap-agent");
    }

    @Test
    void refusesAnAgentOfAnotherNode() {
        server.addToken("node-2", Identity.podOn("node-2", "nltap", "nltap-agent", "nltap-agent-y", "nltap"));

        Access access = agents.open(Optional.of("node-2"), key);

        assertDenied(access, 403, false, "the agent on the node node-2 may not bring files of the node node-1");
    }

    @Test
    void looksUpTheNodeOfThePodWhereTheTokenDoesNotTellIt() {
        addTokenWithoutNode("old", "nltap-agent-x");
        createPod("nltap-agent-x", "node-1");

        Access access = agents.open(Optional.of("old"), key);

        assertThat(access).isInstanceOf(Access.Granted.class);
    }

    @Test
    void refusesAPodOfAnotherNodeWhereTheTokenDoesNotTellIt() {
        addTokenWithoutNode("old", "nltap-agent-y");
        createPod("nltap-agent-y", "node-2");

        Access access = agents.open(Optional.of("old"), key);

        assertDenied(access, 403, false, "the agent on the node node-2");
    }

    @Test
    void refusesATokenThatLeadsToNoNode() {
        addTokenWithoutNode("old", "gone");

        Access access = agents.open(Optional.of("old"), key);

        assertDenied(access, 403, false, "does not tell on which node its pod runs");
    }

    @Test
    void saysWhichPermissionIsMissingAndThatItCanStillBeGranted() {
        server.authorizeBy(spec -> false);

        Access access = agents.open(Optional.of("agent"), key);

        assertDenied(
                access,
                403,
                true,
                AGENT + " may not create nodecaptures.nltap.io/artifacts in the namespace nltap; grant it with a Role");
    }

    @Test
    void refusesFilesThatWereNotOrdered() {
        CaptureRef another = new CaptureRef("shop", "slow-dns", "another-uid");

        Access access = agents.open(Optional.of("agent"), new ArtifactKey(another, "node-1", 0, Compression.ZSTD));

        assertDenied(access, 403, false, "has no order to capture shop/slow-dns with the uid another-uid");
    }

    @Test
    void letsAUserFetchWhatRbacAllows() {
        server.addToken("anna", Identity.user("anna", "developers"));
        server.authorizeBy(spec -> spec.getGroups().contains("developers")
                && isFor(spec.getResourceAttributes(), "get", "netlinkcaptures", "shop", "slow-dns"));

        Access own = users.open(Optional.of("anna"), key.capture());
        Access other = users.open(Optional.of("anna"), new CaptureRef("bank", "vault", "uid"));

        assertThat(own).isEqualTo(new Access.Granted("anna"));
        assertDenied(
                other,
                403,
                false,
                "anna may not get netlinkcaptures.nltap.io/artifacts of vault in the namespace bank; an administrator can");
    }

    @Test
    void wantsATokenOfUsersThatTheApiServerTakes() {
        Access none = users.open(Optional.empty(), key.capture());
        Access forged = users.open(Optional.of("forged"), key.capture());
        Access agent = users.open(Optional.of("agent"), key.capture());

        assertDenied(none, 401, false, "a token is missing");
        assertDenied(forged, 401, false, "does not accept this token");
        assertDenied(agent, 401, false, "does not accept this token");
    }

    @Test
    void noticesANewPermissionAtOnce() {
        server.addToken("anna", Identity.user("anna"));
        server.authorizeBy(spec -> false);
        users.open(Optional.of("anna"), key.capture());
        server.authorizeBy(spec -> spec.getUser().equals("anna"));

        Access access = users.open(Optional.of("anna"), key.capture());

        assertThat(access).isInstanceOf(Access.Granted.class);
    }

    private void addTokenWithoutNode(String token, String pod) {
        server.addToken(
                token,
                new Identity(
                        AGENT,
                        "",
                        List.of(),
                        Map.of("authentication.kubernetes.io/pod-name", List.of(pod)),
                        List.of("nltap")));
    }

    private void createPod(String name, String node) {
        client.resource(new PodBuilder()
                        .withNewMetadata()
                        .withNamespace("nltap")
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .withNodeName(node)
                        .endSpec()
                        .build())
                .create();
    }

    private static boolean isAgent(SubjectAccessReviewSpec spec) {
        return spec.getUser().equals(AGENT)
                && isFor(spec.getResourceAttributes(), "create", "nodecaptures", "nltap", "");
    }

    private static boolean isFor(
            ResourceAttributes attributes, String verb, String resource, String namespace, String name) {
        return attributes.getVerb().equals(verb)
                && attributes.getGroup().equals("nltap.io")
                && attributes.getResource().equals(resource)
                && attributes.getSubresource().equals("artifacts")
                && attributes.getNamespace().equals(namespace)
                && (name.isEmpty() || attributes.getName().equals(name));
    }

    private static void assertDenied(Access access, int status, boolean retry, String words) {
        assertThat(access).isInstanceOfSatisfying(Access.Denied.class, denied -> {
            assertThat(denied.refusal().status()).isEqualTo(status);
            assertThat(denied.refusal().retry()).isEqualTo(retry);
            assertThat(denied.refusal().error()).contains(words);
        });
    }
}
