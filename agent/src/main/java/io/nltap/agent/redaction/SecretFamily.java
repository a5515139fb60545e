// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.redaction;

import java.util.BitSet;

/** What is secret in the messages of one family of generic netlink. Asking it makes no object. */
final class SecretFamily {

    private static final int COMMANDS = 256;

    /** Has no secrets. */
    static final SecretFamily HARMLESS = of(SecretAttributes.none());

    /** May have some, anywhere behind {@code genlmsghdr}. */
    static final SecretFamily OPAQUE = new SecretFamily(new BitSet(), SecretAttributes.none(), true);

    private final BitSet commands;
    private final SecretAttributes attributes;
    private final boolean whole;

    private SecretFamily(BitSet commands, SecretAttributes attributes, boolean whole) {
        this.commands = commands;
        this.attributes = attributes;
        this.whole = whole;
    }

    static SecretFamily of(SecretAttributes attributes) {
        BitSet all = new BitSet(COMMANDS);
        all.set(0, COMMANDS);
        return new SecretFamily(all, attributes, false);
    }

    /** With these commands only. */
    SecretFamily with(int... numbers) {
        BitSet some = new BitSet(COMMANDS);
        for (int number : numbers) {
            some.set(number);
        }
        return new SecretFamily(some, attributes, whole);
    }

    /** Whether messages with this command may have secrets. */
    boolean concerns(int command) {
        return commands.get(command);
    }

    SecretAttributes attributes() {
        return attributes;
    }

    /** Whether nothing is told apart in them. */
    boolean whole() {
        return whole;
    }
}
