// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Works out where fields are: in a structure after those that are in it. */
final class StructLayouts {
    private final Map<String, StructTable> structs;
    private final Set<StructTable> begun = new HashSet<>();
    private final Set<StructTable> done = new HashSet<>();

    StructLayouts(Map<String, StructTable> structs) {
        this.structs = structs;
    }

    void layOutAll() {
        structs.values().forEach(this::layOut);
    }

    private void layOut(StructTable struct) {
        if (done.contains(struct)) {
            return;
        }
        if (!begun.add(struct)) {
            throw new TableException("struct " + struct, 0, "holds itself");
        }
        struct.types().forEach(this::layOutIn);
        if (!struct.layOut()) {
            throw new TableException("struct " + struct, 0, "something follows a field that takes all there is");
        }
        done.add(struct);
    }

    private void layOutIn(Type type) {
        if (type instanceof CompositeType.Struct inner && inner.nest().isEmpty()) {
            layOut(inner.struct());
        }
    }
}
