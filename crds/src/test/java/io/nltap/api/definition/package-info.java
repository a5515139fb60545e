// SPDX-License-Identifier: Apache-2.0
/**
 * Makes the committed CustomResourceDefinitions from the Java types, and checks what they accept and refuse. Test code:
 * what reaches a cluster is the committed YAML.
 */
@NullMarked
package io.nltap.api.definition;

import org.jspecify.annotations.NullMarked;
