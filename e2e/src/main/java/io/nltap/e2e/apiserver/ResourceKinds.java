// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The kinds that are served: the usual ones of Kubernetes, and those of the CustomResourceDefinitions created here. */
final class ResourceKinds {
    static final String CRD_GROUP = "apiextensions.k8s.io";
    static final String CRD_PLURAL = "customresourcedefinitions";

    private static final boolean NAMESPACED = true;
    private static final boolean CLUSTER = false;
    private static final boolean WITH_STATUS = true;
    private static final boolean NO_STATUS = false;

    private final Map<String, ResourceKind> kinds = new ConcurrentHashMap<>();

    ResourceKinds() {
        add(new ResourceKind("", "v1", "namespaces", "Namespace", CLUSTER, WITH_STATUS));
        add(new ResourceKind("", "v1", "nodes", "Node", CLUSTER, WITH_STATUS));
        add(new ResourceKind("", "v1", "pods", "Pod", NAMESPACED, WITH_STATUS));
        add(new ResourceKind("", "v1", "services", "Service", NAMESPACED, WITH_STATUS));
        add(new ResourceKind("", "v1", "serviceaccounts", "ServiceAccount", NAMESPACED, NO_STATUS));
        add(new ResourceKind("", "v1", "secrets", "Secret", NAMESPACED, NO_STATUS));
        add(new ResourceKind("", "v1", "configmaps", "ConfigMap", NAMESPACED, NO_STATUS));
        add(new ResourceKind("", "v1", "events", "Event", NAMESPACED, NO_STATUS));
        add(new ResourceKind("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", NAMESPACED, WITH_STATUS));
        add(new ResourceKind("events.k8s.io", "v1", "events", "Event", NAMESPACED, NO_STATUS));
        add(new ResourceKind("apps", "v1", "deployments", "Deployment", NAMESPACED, WITH_STATUS));
        add(new ResourceKind("apps", "v1", "daemonsets", "DaemonSet", NAMESPACED, WITH_STATUS));
        add(new ResourceKind("apps", "v1", "replicasets", "ReplicaSet", NAMESPACED, WITH_STATUS));
        add(new ResourceKind("coordination.k8s.io", "v1", "leases", "Lease", NAMESPACED, NO_STATUS));
        add(new ResourceKind("rbac.authorization.k8s.io", "v1", "roles", "Role", NAMESPACED, NO_STATUS));
        add(new ResourceKind("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding", NAMESPACED, NO_STATUS));
        add(new ResourceKind("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole", CLUSTER, NO_STATUS));
        add(new ResourceKind(
                "rbac.authorization.k8s.io", "v1", "clusterrolebindings", "ClusterRoleBinding", CLUSTER, NO_STATUS));
        add(new ResourceKind(CRD_GROUP, "v1", CRD_PLURAL, "CustomResourceDefinition", CLUSTER, WITH_STATUS));
    }

    /** Serves what a CustomResourceDefinition defines: each of its served versions. */
    void define(JsonNode crd) {
        JsonNode spec = crd.path("spec");
        for (JsonNode version : spec.path("versions")) {
            if (version.path("served").asBoolean(true)) {
                add(new ResourceKind(
                        spec.path("group").asText(),
                        version.path("name").asText(),
                        spec.path("names").path("plural").asText(),
                        spec.path("names").path("kind").asText(),
                        "Namespaced".equals(spec.path("scope").asText()),
                        version.path("subresources").has("status"),
                        version.path("schema").path("openAPIV3Schema").deepCopy()));
            }
        }
    }

    Optional<ResourceKind> find(String group, String version, String plural) {
        return Optional.ofNullable(kinds.get(key(group, version, plural)));
    }

    /** What {@code /apis} answers. */
    ObjectNode groups() {
        ObjectNode list =
                JsonNodeFactory.instance.objectNode().put("apiVersion", "v1").put("kind", "APIGroupList");
        ArrayNode groups = list.putArray("groups");
        kinds.values().stream()
                .filter(kind -> !kind.group().isEmpty())
                .map(kind -> Map.entry(kind.group(), kind.version()))
                .distinct()
                .sorted(Map.Entry.comparingByKey())
                .forEach(group -> {
                    ObjectNode version = JsonNodeFactory.instance
                            .objectNode()
                            .put("groupVersion", group.getKey() + "/" + group.getValue())
                            .put("version", group.getValue());
                    ObjectNode node = groups.addObject().put("name", group.getKey());
                    node.putArray("versions").add(version);
                    node.set("preferredVersion", version.deepCopy());
                });
        return list;
    }

    /** What {@code /api/v1} and {@code /apis/<group>/<version>} answer, or nothing for a group that is not served. */
    Optional<ObjectNode> resources(String group, String version) {
        Collection<ResourceKind> served = kinds.values().stream()
                .filter(kind -> kind.group().equals(group) && kind.version().equals(version))
                .toList();
        if (served.isEmpty()) {
            return Optional.empty();
        }
        ObjectNode list = JsonNodeFactory.instance
                .objectNode()
                .put("apiVersion", "v1")
                .put("kind", "APIResourceList")
                .put("groupVersion", group.isEmpty() ? version : group + "/" + version);
        ArrayNode resources = list.putArray("resources");
        for (ResourceKind kind : served) {
            ArrayNode verbs = resources
                    .addObject()
                    .put("name", kind.plural())
                    .put("singularName", "")
                    .put("namespaced", kind.namespaced())
                    .put("kind", kind.kind())
                    .putArray("verbs");
            for (String verb : new String[] {"create", "delete", "get", "list", "patch", "update", "watch"}) {
                verbs.add(verb);
            }
        }
        return Optional.of(list);
    }

    private void add(ResourceKind kind) {
        kinds.put(key(kind.group(), kind.version(), kind.plural()), kind);
    }

    private static String key(String group, String version, String plural) {
        return group + "/" + version + "/" + plural;
    }
}
