// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.definition;

import static dev.cel.common.CelFunctionDecl.newFunctionDeclaration;
import static dev.cel.common.CelOverloadDecl.newGlobalOverload;
import static dev.cel.common.CelOverloadDecl.newMemberOverload;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelRuntime;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;

/**
 * One rule of {@code x-kubernetes-validations}, evaluated as the API server does it: CEL's standard library, and of the
 * server's own functions those on quantities, which here are doubles.
 *
 * @param message what the user is told when the rule does not hold
 * @param needsOld whether the rule compares with the resource as it was, and so says nothing on creation
 */
record CelRule(CelRuntime.Program program, String message, boolean needsOld) {

    private static final Cel CEL = CelFactory.standardCelBuilder()
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addVar("self", SimpleType.DYN)
            .addVar("oldSelf", SimpleType.DYN)
            .addFunctionDeclarations(
                    newFunctionDeclaration(
                            "quantity", newGlobalOverload("quantity", SimpleType.DOUBLE, SimpleType.STRING)),
                    newFunctionDeclaration(
                            "compareTo",
                            newMemberOverload("compareTo", SimpleType.INT, SimpleType.DOUBLE, SimpleType.DOUBLE)),
                    newFunctionDeclaration(
                            "asApproximateFloat",
                            newMemberOverload("asApproximateFloat", SimpleType.DOUBLE, SimpleType.DOUBLE)))
            .addFunctionBindings(
                    CelFunctionBinding.from(
                            "quantity",
                            String.class,
                            text -> Quantity.getAmountInBytes(new Quantity(text))
                                    .doubleValue()),
                    CelFunctionBinding.from(
                            "compareTo", Double.class, Double.class, (left, right) -> (long) left.compareTo(right)),
                    CelFunctionBinding.from("asApproximateFloat", Double.class, amount -> amount))
            .build();

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.USE_LONG_FOR_INTS);

    static CelRule of(JsonNode rule) {
        String expression = rule.get("rule").asText();
        try {
            return new CelRule(
                    CEL.createProgram(CEL.compile(expression).getAst()),
                    rule.get("message").asText(),
                    expression.contains("oldSelf"));
        } catch (CelValidationException | CelEvaluationException e) {
            throw new IllegalArgumentException("not a rule: " + expression, e);
        }
    }

    /**
     * @param oldSelf ignored by a rule that does not need it
     * @return whether it holds
     * @throws CelEvaluationException when it cannot be said, which the API server takes for a refusal with CEL's own words
     */
    boolean holds(JsonNode self, JsonNode oldSelf) throws CelEvaluationException {
        Map<String, Object> variables =
                needsOld ? Map.of("self", value(self), "oldSelf", value(oldSelf)) : Map.of("self", value(self));
        return (Boolean) program.eval(variables);
    }

    private static Object value(JsonNode node) {
        return JSON.convertValue(node, Object.class);
    }
}
