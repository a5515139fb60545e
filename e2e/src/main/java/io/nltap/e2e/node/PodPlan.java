// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.node;

import java.nio.file.Path;
import java.util.Map;

/**
 * A pod to be run.
 *
 * @param script the bash script that its only container runs
 */
public record PodPlan(String namespace, String name, Map<String, String> labels, Path script) {}
