// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import io.nltap.agent.tap.Taps;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.List;

/** The taps of this recorder. Makes and removes them in its turn, and leaves the machine as it was. */
final class MachineTaps implements AutoCloseable {

    private final MachineState state;
    private final Taps taps;
    private final List<String> swept;
    private FileChannel turn;

    private MachineTaps(MachineState state, Taps taps, List<String> swept, FileChannel turn) {
        this.state = state;
        this.taps = taps;
        this.swept = swept;
        this.turn = turn;
    }

    /** Takes the turn, which {@link #rest} gives back, and removes what killed recorders left. */
    static MachineTaps open(MachineState state) throws IOException, InterruptedException {
        FileChannel turn = state.openTurn();
        try {
            List<String> swept = state.sweep();
            return new MachineTaps(state, state.openTaps(), swept, turn);
        } catch (IOException | InterruptedException | RuntimeException e) {
            turn.close();
            throw e;
        }
    }

    Taps taps() {
        return taps;
    }

    /** What was left by others and is no more, a sentence each. */
    List<String> swept() {
        return swept;
    }

    void rest() throws IOException {
        turn.close();
    }

    void takeTurn() throws IOException {
        if (!turn.isOpen()) {
            turn = state.openTurn();
        }
    }

    @Override
    public void close() throws IOException {
        takeTurn();
        try (FileChannel last = turn) {
            taps.close();
            state.forgetSelf();
        }
    }
}
