// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.definition;

import com.fasterxml.jackson.databind.node.TextNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.SelectableField;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRuleBuilder;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What the annotations on the Java types cannot say. A table each for lists, columns and descriptions; then the rest. */
final class Refinements {

    /** Lists that have one entry per key; keys of the map are property names, which mean the same in every kind. */
    private static final Map<String, String> KEY_OF_LIST = Map.of(
            "conditions", "type",
            "nodes", "nodeName",
            "artifacts", "key",
            "targets", "podUid",
            "containers", "name",
            "segments", "number");

    private static final Map<String, String> DESCRIPTIONS = Map.of(
            "NetlinkCapture",
            "Captures the netlink traffic of pods of its own namespace into pcapng files in a store, and leaves the"
                    + " nodes as they were.",
            "NodeCapture",
            "The operator's order to the agent of one node, and that agent's answer. Made and deleted by the operator,"
                    + " in its own namespace; look at NetlinkCaptures instead.",
            "CaptureStore",
            "A named place for the files of captures, owned by the administrators of the cluster. Users only name it.");

    private static final List<String> CATEGORIES = List.of("nltap");

    private static final int NAMED_POD_LABELS = 50;

    private Refinements() {}

    static CustomResourceDefinition refine(CustomResourceDefinition crd) {
        String kind = crd.getSpec().getNames().getKind();
        CustomResourceDefinitionVersion version = crd.getSpec().getVersions().get(0);
        JSONSchemaProps schema = version.getSchema().getOpenAPIV3Schema();

        crd.getSpec().getNames().setCategories(CATEGORIES);
        crd.getSpec().getNames().setListKind(kind + "List");
        schema.setDescription(DESCRIPTIONS.get(kind));
        version.setAdditionalPrinterColumns(columns(kind));
        if (kind.equals("NodeCapture")) {
            version.setSelectableFields(List.of(selectable(".spec.nodeName")));
        }
        if (kind.equals("CaptureStore")) { // the generator makes an empty one of Void
            schema.getProperties().remove("status");
            version.setSubresources(null);
        }
        if (kind.equals("NetlinkCapture")) {
            targets(schema.getProperties().get("spec").getProperties().get("targets"));
        }
        if (!kind.equals("CaptureStore")) {
            filter(schema.getProperties().get("spec").getProperties().get("filter"));
        }
        walk("", schema);
        return crd;
    }

    private static List<CustomResourceColumnDefinition> columns(String kind) {
        return switch (kind) {
            case "NetlinkCapture" ->
                List.of(
                        column("Phase", "string", ".status.phase", "How far the capture is."),
                        column("Nodes", "string", ".status.nodesDone", "Nodes that are done, of all nodes."),
                        column("Messages", "integer", ".status.totals.messages", "Netlink messages captured."),
                        column(
                                "Dropped",
                                "integer",
                                ".status.totals.dropped",
                                "Datagrams lost because a ring was full."),
                        column("Findings", "integer", ".status.analysis.findings", "What hangs, or hung."),
                        column("Age", "date", ".metadata.creationTimestamp", "When it was created."),
                        wide(
                                "Unattributed",
                                "integer",
                                ".status.totals.unattributed",
                                "Datagrams of which nobody can tell whose they are."),
                        wide(
                                "Out of scope",
                                "integer",
                                ".status.totals.outOfScope",
                                "Datagrams of others in the same network namespaces."),
                        wide("Pods", "integer", ".status.pods", "Pods captured."),
                        wide("Bytes", "integer", ".status.totals.bytes", "Bytes before compression."),
                        wide("Store", "string", ".spec.output.store", "Where the files go."),
                        wide(
                                "Message",
                                "string",
                                ".status.conditions[?(@.type==\"Complete\")].message",
                                "Why it is complete, or not."));
            case "NodeCapture" ->
                List.of(
                        column("Node", "string", ".spec.nodeName", "The node."),
                        column("Phase", "string", ".status.phase", "How far the node is."),
                        column("Messages", "integer", ".status.counters.messages", "Netlink messages captured."),
                        column(
                                "Dropped",
                                "integer",
                                ".status.counters.dropped",
                                "Datagrams lost because a ring was full."),
                        column("Attribution", "string", ".status.attribution.mode", "What tells whose datagrams are."),
                        column("Findings", "integer", ".status.analysis.findings", "What hangs, or hung."),
                        column("Ended by", "string", ".status.endedBy", "What ended the capture."),
                        column("Age", "date", ".metadata.creationTimestamp", "When it was created."),
                        wide(
                                "Namespace of pods",
                                "string",
                                ".spec.capture.namespace",
                                "Namespace of the NetlinkCapture."),
                        wide("Capture", "string", ".spec.capture.name", "Name of the NetlinkCapture."),
                        wide(
                                "Unattributed",
                                "integer",
                                ".status.counters.unattributed",
                                "Datagrams of which nobody can tell whose they are."),
                        wide("Module", "string", ".status.module", "How the nlmon module came to be there."),
                        wide("Message", "string", ".status.message", "What is wrong."));
            case "CaptureStore" ->
                List.of(
                        column("Bucket", "string", ".spec.s3.bucket", "Bucket of an S3 store."),
                        column(
                                "Endpoint",
                                "string",
                                ".spec.s3.endpoint",
                                "Address of the S3 service, if not Amazon's."),
                        column("Directory", "string", ".spec.filesystem.directory", "Directory of a filesystem store."),
                        column("Age", "date", ".metadata.creationTimestamp", "When it was created."));
            default -> throw new IllegalStateException("no printer columns for " + kind);
        };
    }

    private static CustomResourceColumnDefinition column(String name, String type, String path, String description) {
        var column = new CustomResourceColumnDefinition();
        column.setName(name);
        column.setType(type);
        column.setJsonPath(path);
        column.setDescription(description);
        return column;
    }

    /** Only shown with {@code -o wide}. */
    private static CustomResourceColumnDefinition wide(String name, String type, String path, String description) {
        CustomResourceColumnDefinition column = column(name, type, path, description);
        column.setPriority(1);
        return column;
    }

    private static SelectableField selectable(String path) {
        var field = new SelectableField();
        field.setJsonPath(path);
        return field;
    }

    /** Bounds and sentences for the label selector, a type that is not ours, and for the items of the lists of names. */
    private static void targets(JSONSchemaProps targets) {
        Map<String, JSONSchemaProps> properties = targets.getProperties();
        item(properties.get("podNames"))
                .setXKubernetesValidations(List.of(rule(
                        "self.matches('^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$')",
                        "podNames must have names of pods, such as web-0: lower-case letters, digits, '-' and '.'")));
        item(properties.get("containers"))
                .setXKubernetesValidations(List.of(rule(
                        "self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",
                        "containers must have names of containers, such as app: lower-case letters, digits and '-'")));

        JSONSchemaProps selector = properties.get("podSelector");
        selector.setXKubernetesMapType("atomic");

        JSONSchemaProps labels = selector.getProperties().get("matchLabels");
        labels.setDescription("Labels that a pod must have, each with this very value.");
        labels.setMaxProperties((long) NAMED_POD_LABELS);
        JSONSchemaProps label = labels.getAdditionalProperties().getSchema();
        label.setMaxLength(63L);
        label.setXKubernetesValidations(List.of(labelValue("podSelector.matchLabels must have label values")));

        JSONSchemaProps expressions = selector.getProperties().get("matchExpressions");
        expressions.setDescription("Requirements that the labels of a pod must all meet.");
        expressions.setMaxItems((long) NAMED_POD_LABELS);
        JSONSchemaProps expression = item(expressions);
        expression.setRequired(List.of("key", "operator"));
        expression.setXKubernetesValidations(List.of(rule(
                "self.operator in ['Exists', 'DoesNotExist'] ? !has(self.values) || size(self.values) == 0"
                        + " : has(self.values) && size(self.values) > 0",
                "matchExpressions needs values with the operators In and NotIn, and takes none with Exists and"
                        + " DoesNotExist")));
        JSONSchemaProps key = expression.getProperties().get("key");
        key.setDescription("The label.");
        key.setMaxLength(317L);
        key.setXKubernetesValidations(List.of(rule(
                "self.matches('^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$')",
                "matchExpressions.key must be the name of a label, such as app or example.com/team")));
        JSONSchemaProps operator = expression.getProperties().get("operator");
        operator.setDescription("How the values are meant: In, NotIn, Exists or DoesNotExist.");
        operator.setEnum(List.of(
                TextNode.valueOf("In"),
                TextNode.valueOf("NotIn"),
                TextNode.valueOf("Exists"),
                TextNode.valueOf("DoesNotExist")));
        JSONSchemaProps values = expression.getProperties().get("values");
        values.setDescription("Values of the label, for In and NotIn.");
        values.setMaxItems((long) NAMED_POD_LABELS);
        item(values).setMaxLength(63L);
        item(values).setXKubernetesValidations(List.of(labelValue("matchExpressions.values must have label values")));
    }

    private static void filter(JSONSchemaProps filter) {
        item(filter.getProperties().get("messageTypes"))
                .setXKubernetesValidations(List.of(rule(
                        "self.matches('^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$')",
                        "messageTypes must have names of the kernel's headers, such as RTM_NEWROUTE")));
    }

    private static ValidationRule labelValue(String what) {
        return rule(
                "self.matches('^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$')",
                what + ": letters, digits, '-', '_' and '.', with a letter or a digit at both ends");
    }

    private static ValidationRule rule(String rule, String message) {
        return new ValidationRuleBuilder().withRule(rule).withMessage(message).build();
    }

    private static void walk(String name, JSONSchemaProps schema) {
        if (schema.getXKubernetesValidations()
                != null) { // an annotation on a record component is seen on field and accessor
            schema.setXKubernetesValidations(new ArrayList<>(new LinkedHashSet<>(schema.getXKubernetesValidations())));
        }
        switch (schema.getType()) {
            case "integer" -> schema.setFormat("int64");
            case "string" -> {
                if (name.endsWith("Time")) {
                    schema.setFormat("date-time");
                }
            }
            case "array" -> list(name, schema);
            default -> {}
        }
        children(name, schema).forEach(child -> walk(child.getKey(), child.getValue()));
    }

    private static void list(String name, JSONSchemaProps schema) {
        boolean ofObjects = item(schema).getType().equals("object");
        if (name.equals("findings") || name.equals("values") || name.equals("matchExpressions")) {
            schema.setXKubernetesListType("atomic");
        } else if (ofObjects) {
            schema.setXKubernetesListType("map");
            schema.setXKubernetesListMapKeys(List.of(Optional.ofNullable(KEY_OF_LIST.get(name))
                    .orElseThrow(() -> new IllegalStateException("no key for the list " + name))));
        } else {
            schema.setXKubernetesListType("set");
        }
    }

    private static Stream<Map.Entry<String, JSONSchemaProps>> children(String name, JSONSchemaProps schema) {
        List<Map.Entry<String, JSONSchemaProps>> children = new ArrayList<>();
        if (schema.getProperties() != null) {
            children.addAll(schema.getProperties().entrySet());
        }
        if (schema.getItems() != null) {
            children.add(Map.entry(name, item(schema)));
        }
        if (schema.getAdditionalProperties() != null) {
            children.add(Map.entry(name, schema.getAdditionalProperties().getSchema()));
        }
        return children.stream();
    }

    private static JSONSchemaProps item(JSONSchemaProps list) {
        return list.getItems().getSchema();
    }
}
