// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.process;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** The agent of one node. */
public final class AgentProcess implements AutoCloseable {
    /**
     * @param classPath of the agent, as {@code java -cp} takes it
     * @param modules where the kernel modules of this machine are
     * @param state the directory of the node that outlives the agent
     * @param token what the gateway shall be shown
     */
    public record Settings(
            String classPath,
            String nodeName,
            String namespace,
            URI apiServer,
            Path gatewayAuthority,
            String token,
            Path modules,
            Path state,
            Path log) {}

    private static final String MAIN_CLASS = "io.nltap.agent.node.AgentMain";
    private static final Duration GRACE = Duration.ofSeconds(30);

    private final ChildProgram program;

    private AgentProcess(ChildProgram program) {
        this.program = program;
    }

    public static AgentProcess open(Settings settings) throws IOException {
        Files.createDirectories(settings.state());
        Path token = settings.state().resolveSibling("agent-token");
        Files.writeString(token, settings.token());
        Map<String, String> environment = Map.of(
                "NODE_NAME", settings.nodeName(),
                "NLTAP_NAMESPACE", settings.namespace(),
                "NLTAP_API_SERVER", settings.apiServer().toString(),
                "NLTAP_GATEWAY_CA_FILE", settings.gatewayAuthority().toString(),
                "NLTAP_TOKEN_FILE", token.toString(),
                "NLTAP_MODULES", settings.modules().toString(),
                "NLTAP_STATE_DIR", settings.state().toString());
        return new AgentProcess(ChildProgram.open(
                "agent",
                JavaProgram.command("-Xmx128m", "-cp", settings.classPath(), MAIN_CLASS),
                environment,
                settings.log(),
                GRACE));
    }

    public long pid() {
        return program.pid();
    }

    /**
     * @throws IllegalStateException when the agent has ended
     */
    public void mustRun() {
        program.mustRun();
    }

    /** SIGTERM, as at the end of its pod: it finishes what it is at, within its grace period. */
    @Override
    public void close() {
        program.close();
    }
}
