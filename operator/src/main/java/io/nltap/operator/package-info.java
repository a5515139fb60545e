// SPDX-License-Identifier: Apache-2.0
/** Where the operator is put together; the only package that reads the machine's clock. */
@NullMarked
package io.nltap.operator;

import org.jspecify.annotations.NullMarked;
