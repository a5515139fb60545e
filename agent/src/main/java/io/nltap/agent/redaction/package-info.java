// SPDX-License-Identifier: Apache-2.0
/**
 * Takes key material out of frames before anything of them is written, counted as content or analysed: its bytes become
 * zeros, lengths and everything else stay. What is secret is a table ({@link SecretTables}); what cannot be told is treated
 * as secret. Makes no object for a frame. Knows frames; neither where they come from nor where they go.
 */
@NullMarked
package io.nltap.agent.redaction;

import org.jspecify.annotations.NullMarked;
