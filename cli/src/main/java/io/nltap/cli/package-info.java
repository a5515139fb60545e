// SPDX-License-Identifier: Apache-2.0
/**
 * The command {@code nltap}: reads the command line, puts the agent's stages together for one recording on this machine,
 * shows how it goes and says what came of it. The engine is the agent's; nothing of Kubernetes is known here.
 */
@NullMarked
package io.nltap.cli;

import org.jspecify.annotations.NullMarked;
