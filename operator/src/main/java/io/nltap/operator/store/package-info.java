// SPDX-License-Identifier: Apache-2.0
/**
 * The places where artifacts are: directories of the operator's volume and buckets of S3 services. Knows how to look, to
 * take, to give and to say why it cannot; does not know who may ask. Keys come in as
 * {@link io.nltap.api.v1alpha1.ArtifactKey} only, so that none can lead out of its store.
 */
@NullMarked
package io.nltap.operator.store;

import org.jspecify.annotations.NullMarked;
