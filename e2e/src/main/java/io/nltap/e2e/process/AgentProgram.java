// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.process;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * The agent of one node, as it is told to run.
 *
 * @param classPath of the agent, as {@code java -cp} takes it
 * @param namespace of the operator
 * @param token what the gateway shall be shown
 * @param modules where the kernel modules of this machine are
 * @param state the directory of the node that outlives the agent
 */
public record AgentProgram(
        String classPath,
        String nodeName,
        String namespace,
        URI apiServer,
        Path gatewayAuthority,
        String token,
        Path modules,
        Path state,
        Path log) {
    private static final String MAIN_CLASS = "io.nltap.agent.node.AgentMain";
    private static final Duration GRACE = Duration.ofSeconds(30);

    /** Starts it; SIGTERM, as at the end of its pod, lets it finish what it is at. */
    public ChildProgram open() throws IOException {
        Files.createDirectories(state);
        Path tokenFile = state.resolveSibling("agent-token");
        Files.writeString(tokenFile, token);
        Map<String, String> environment = Map.of(
                "NODE_NAME", nodeName,
                "NLTAP_NAMESPACE", namespace,
                "NLTAP_API_SERVER", apiServer.toString(),
                "NLTAP_GATEWAY_CA_FILE", gatewayAuthority.toString(),
                "NLTAP_TOKEN_FILE", tokenFile.toString(),
                "NLTAP_MODULES", modules.toString(),
                "NLTAP_STATE_DIR", state.toString());
        return ChildProgram.open(
                "agent", JavaProgram.command("-Xmx128m", "-cp", classPath, MAIN_CLASS), environment, log, GRACE);
    }
}
