// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

/** A session from outside; every method may be called by any thread, and returns at once. */
public interface RunningSession {

    NodeCaptureRef ref();

    /** The spec has changed: other targets, or {@code stop}. */
    void change(SessionOrder order);

    /** The NodeCapture is to be deleted. */
    void delete();

    /** The agent ends: stop capturing, close what is open, and go on uploading. */
    void stop();

    /** The agent's time is over: leave what is not uploaded in the spool. */
    void leave();
}
