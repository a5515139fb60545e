// SPDX-License-Identifier: Apache-2.0
/**
 * A Kubernetes node made of this machine, as a kubelet and a container runtime would leave it: pods with cgroups,
 * network namespaces and programs. Knows nothing of captures.
 */
@NullMarked
package io.nltap.e2e.node;

import org.jspecify.annotations.NullMarked;
