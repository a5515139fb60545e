// SPDX-License-Identifier: Apache-2.0
/**
 * Makes one report of a whole capture from what its nodes have left in the store: the sum of their summaries, a page for
 * people, and a manifest that lists every file and says what is missing. Off the threads that reconcile, one capture at a
 * time, and again as often as needed: the same capture makes the same files.
 */
@NullMarked
package io.nltap.operator.report;

import org.jspecify.annotations.NullMarked;
