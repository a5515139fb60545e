// SPDX-License-Identifier: Apache-2.0
/** What the stages of the agent hand to each other: frames, and the reasons why something cannot go on. */
@NullMarked
package io.nltap.agent.frame;

import org.jspecify.annotations.NullMarked;
