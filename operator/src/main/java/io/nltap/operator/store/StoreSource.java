// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.store;

import io.nltap.api.v1alpha1.CaptureStoreSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the cluster says about stores. Its methods throw what the source throws when it cannot be asked. */
public interface StoreSource {

    Optional<CaptureStoreSpec> store(String name);

    List<String> storeNames();

    /** Of a Secret in the operator's namespace: key to text; empty when there is no such Secret. */
    Optional<Map<String, String>> secret(String name);
}
