// SPDX-License-Identifier: Apache-2.0
/**
 * The agent as a process: its settings, its watch on the node captures of its node, which sessions it runs, and how their
 * statuses reach the API server. The composition root, and the only room that talks to the API server; what happens
 * inside a session it leaves to {@code session}.
 */
@NullMarked
package io.nltap.agent.node;

import org.jspecify.annotations.NullMarked;
