// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux.bpf;

/**
 * The machine's registers ({@code Documentation/bpf/standardization}): R0 is what a call gives back, R1 to R5 are its
 * arguments and lost in it, R6 to R9 survive it, FP is the end of the stack and cannot be written.
 */
public enum Register {
    R0,
    R1,
    R2,
    R3,
    R4,
    R5,
    R6,
    R7,
    R8,
    R9,
    FP
}
