// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.upload;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What the agent needs to be let in. The files may change at any time, as the kubelet renews them; they are read again
 * for each request.
 *
 * @param token service account token with the audience {@code nltap}
 * @param gatewayAuthorities certificates (PEM) of the authorities that vouch for the gateway, and no others are
 *     trusted; those of the Java runtime when empty
 * @param storeAuthorities certificates (PEM) of authorities that vouch for S3 services, beside those of the Java
 *     runtime
 */
public record GatewayAccess(Path token, Optional<Path> gatewayAuthorities, Optional<Path> storeAuthorities) {}
