// SPDX-License-Identifier: Apache-2.0
/**
 * What an analysis found, as a page for people: {@code report.html}. Everything on it is made from bytes that somebody
 * else sent, so all text goes through {@link io.nltap.report.html.Markup}. Decides nothing about what was captured; knows
 * no files, no network and no clock.
 */
@NullMarked
package io.nltap.report.html;

import org.jspecify.annotations.NullMarked;
