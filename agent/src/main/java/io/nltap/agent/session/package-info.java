// SPDX-License-Identifier: Apache-2.0
/**
 * Carries out one node capture: decides which network namespaces to tap and when to end, drives the stages that tap,
 * read, write, spool and upload, and says in a status what became of it. The only room, beside the composition root,
 * that knows all stages. Knows nothing of how orders arrive or how statuses are written: it is given an order and hands
 * out statuses.
 */
@NullMarked
package io.nltap.agent.session;

import org.jspecify.annotations.NullMarked;
