// SPDX-License-Identifier: Apache-2.0
/** The demo: the main job from nothing, told step by step, and judged from outside as a user would. */
@NullMarked
package io.nltap.e2e.demo;

import org.jspecify.annotations.NullMarked;
