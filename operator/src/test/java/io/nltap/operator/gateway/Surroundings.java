// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.gateway;

import io.nltap.e2e.apiserver.EmbeddedApiServer;
import java.nio.file.Path;

/**
 * What the gateway under test has around it.
 *
 * @param certificate PEM of the gateway's own, which is its own authority
 * @param volume where its filesystem stores are
 */
record Surroundings(EmbeddedApiServer server, Path certificate, Path volume) {}
