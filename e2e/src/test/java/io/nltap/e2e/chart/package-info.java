// SPDX-License-Identifier: Apache-2.0
/** What the chart installs, by Helm itself, on the API server of the tests and on a real one. */
@NullMarked
package io.nltap.e2e.chart;

import org.jspecify.annotations.NullMarked;
