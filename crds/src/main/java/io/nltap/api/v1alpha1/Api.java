// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Names that the operator, the agent and their users must agree on. */
public final class Api {
    public static final String GROUP = "nltap.io";
    public static final String VERSION = "v1alpha1";

    /** On a NodeCapture: the agent has not yet confirmed that the node is as it was before. */
    public static final String AGENT_FINALIZER = GROUP + "/agent";

    /** On a NodeCapture: its node, as {@link #labelValue} writes it; agents watch by it. */
    public static final String NODE_LABEL = GROUP + "/node";

    /** On a NodeCapture: the UID of the capture it belongs to. */
    public static final String CAPTURE_UID_LABEL = GROUP + "/capture-uid";

    /** Audience that the tokens of agents must carry; a token for another audience is refused by the gateway. */
    public static final String TOKEN_AUDIENCE = "nltap";

    /** In the status of a NodeCapture: its agent is at work, and has not opened a tap yet. */
    public static final String OPENING_TAPS = "OpeningTaps";

    private static final int MAX_LABEL_LENGTH = 63;
    private static final int DIGEST_LENGTH = 12;

    private Api() {}

    /**
     * A name as a label value. Node names may have 253 characters, label values 63: a longer name is cut and ends in
     * a part of its SHA-256, so that two names never share a value.
     */
    public static String labelValue(String name) {
        if (name.length() <= MAX_LABEL_LENGTH) {
            return name;
        }
        return name.substring(0, MAX_LABEL_LENGTH - DIGEST_LENGTH - 1) + "-" + digest(name);
    }

    /** The name of the NodeCapture of one capture on one node: unique, and readable in {@code kubectl get}. */
    public static String nodeCaptureName(String captureName, String captureUid, String nodeName) {
        return captureName + "-" + digest(captureUid + "/" + nodeName);
    }

    private static String digest(String text) {
        try {
            byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sha256).substring(0, DIGEST_LENGTH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
