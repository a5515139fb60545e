// SPDX-License-Identifier: Apache-2.0
/**
 * Makes the cluster what the plan says, and is called again whenever something changed. The only room that knows the
 * Java Operator SDK; decides nothing that a pure room could decide.
 */
@NullMarked
package io.nltap.operator.capture;

import org.jspecify.annotations.NullMarked;
