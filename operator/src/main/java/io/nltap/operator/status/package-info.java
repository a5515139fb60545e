// SPDX-License-Identifier: Apache-2.0
/**
 * What a capture tells its user: the answers of all nodes added up. Pure; knows neither clock nor cluster.
 */
@NullMarked
package io.nltap.operator.status;

import org.jspecify.annotations.NullMarked;
