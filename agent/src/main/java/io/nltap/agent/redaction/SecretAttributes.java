// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.redaction;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which attributes of one kind of nest hold key material, by their type. A table that is made once; asking it makes no
 * object.
 */
final class SecretAttributes {

    /**
     * What is to be done with one attribute.
     *
     * @param keep bytes at its beginning that are no secret, such as the name of the algorithm
     * @param period after so many bytes it begins again with bytes to keep; 0 when it does not
     * @param nest what is in it; absent when it is secret itself
     * @param list whether it holds a list of such nests rather than one
     */
    record Rule(int keep, int period, @Nullable SecretAttributes nest, boolean list) {}

    private @Nullable Rule[] rules = {};

    private SecretAttributes() {}

    static SecretAttributes none() {
        return new SecretAttributes();
    }

    /** This attribute is secret, all of it. */
    SecretAttributes secret(int type) {
        return put(type, new Rule(0, 0, null, false));
    }

    /** This attribute is secret after so many bytes. */
    SecretAttributes secretAfter(int type, int keep) {
        return put(type, new Rule(keep, 0, null, false));
    }

    /** This attribute is an array, each element of which is secret after so many bytes. */
    SecretAttributes secretInEach(int type, int keep, int size) {
        return put(type, new Rule(keep, size, null, false));
    }

    SecretAttributes nest(int type, SecretAttributes inner) {
        return put(type, new Rule(0, 0, inner, false));
    }

    /** This attribute holds attributes of any type, each of which is such a nest. */
    SecretAttributes list(int type, SecretAttributes inner) {
        return put(type, new Rule(0, 0, inner, true));
    }

    private SecretAttributes put(int type, Rule rule) {
        if (type >= rules.length) {
            rules = Arrays.copyOf(rules, type + 1);
        }
        rules[type] = rule;
        return this;
    }

    @Nullable
    Rule rule(int type) {
        return type < rules.length ? rules[type] : null;
    }
}
