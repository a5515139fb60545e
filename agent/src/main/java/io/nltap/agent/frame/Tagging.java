// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.frame;

/**
 * How the frames of a tap are tagged.
 *
 * @param means by what, a few words for people, such as {@code tcx, pid and cgroup by helpers, comm by helper}; empty
 *     for {@link TagMode#NONE}
 * @param lacking why it is not better, and what would help, a sentence or more for people; empty when nothing is lacking
 */
public record Tagging(TagMode mode, String means, String lacking) {

    /** @param lacking why there is no tagger */
    public static Tagging none(String lacking) {
        return new Tagging(TagMode.NONE, "", lacking);
    }
}
