// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a file is in the store: {@code <namespace>/<capture>/<uid>/<node>/<n>.<kind>}, followed by {@code .zst} or
 * {@code .gz} when it is compressed. The agent makes keys and the gateway takes them apart to see who may touch them, so
 * there is exactly one spelling of each key, and no key can climb out of its directory.
 *
 * @param capture the capture: a DNS label, a DNS subdomain, and letters, digits and hyphens as UID
 * @param node name of the node that captured it, a DNS subdomain
 * @param number of the segment; counts from 0 on each node
 */
public record ArtifactKey(CaptureRef capture, String node, int number, ArtifactKind kind, Compression compression) {

    private static final int MAX_LABEL_LENGTH = 63;
    private static final int MAX_SUBDOMAIN_LENGTH = 253;
    private static final int MAX_UID_LENGTH = 64;

    /** Of any key; an object store takes 1024. */
    public static final int MAX_LENGTH = 2 * MAX_SUBDOMAIN_LENGTH + MAX_LABEL_LENGTH + MAX_UID_LENGTH + 40;

    private static final String LABEL_TEXT = "[a-z0-9](?:[-a-z0-9]*[a-z0-9])?";
    private static final Pattern LABEL = Pattern.compile(LABEL_TEXT); // RFC 1123
    private static final Pattern SUBDOMAIN = Pattern.compile(LABEL_TEXT + "(?:\\." + LABEL_TEXT + ")*"); // RFC 1123
    private static final Pattern UID = Pattern.compile("[A-Za-z0-9](?:[-A-Za-z0-9]*[A-Za-z0-9])?");
    private static final Pattern KEY = Pattern.compile(
            "([^/]+)/([^/]+)/([^/]+)/([^/]+)/(0|[1-9][0-9]{0,9})\\.(pcapng|pcap|attribution\\.ndjson)(|\\.zst|\\.gz)");

    /** @throws IllegalArgumentException when a part is not what such a name may be; says which */
    public ArtifactKey {
        check("namespace", capture.namespace(), LABEL, MAX_LABEL_LENGTH);
        check("capture name", capture.name(), SUBDOMAIN, MAX_SUBDOMAIN_LENGTH);
        check("capture uid", capture.uid(), UID, MAX_UID_LENGTH);
        check("node name", node, SUBDOMAIN, MAX_SUBDOMAIN_LENGTH);
        if (number < 0) {
            throw new IllegalArgumentException("segment number is negative: " + number);
        }
    }

    /** The key of a segment in the format in which it is captured. */
    public ArtifactKey(CaptureRef capture, String node, int number, Compression compression) {
        this(capture, node, number, ArtifactKind.PCAPNG, compression);
    }

    /** Takes a key apart; empty when it is not one that {@link #toString} would write. */
    public static Optional<ArtifactKey> parse(String text) {
        if (text.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        Matcher parts = KEY.matcher(text);
        if (!parts.matches()
                || !isValid(parts.group(1), LABEL, MAX_LABEL_LENGTH)
                || !isValid(parts.group(2), SUBDOMAIN, MAX_SUBDOMAIN_LENGTH)
                || !isValid(parts.group(3), UID, MAX_UID_LENGTH)
                || !isValid(parts.group(4), SUBDOMAIN, MAX_SUBDOMAIN_LENGTH)) {
            return Optional.empty();
        }
        long number = Long.parseLong(parts.group(5));
        if (number > Integer.MAX_VALUE) {
            return Optional.empty();
        }
        CaptureRef capture = new CaptureRef(parts.group(1), parts.group(2), parts.group(3));
        return Optional.of(new ArtifactKey(
                capture, parts.group(4), (int) number, kind(parts.group(6)), compression(parts.group(7))));
    }

    /** What the keys of all segments of one capture begin with, ending in a slash. */
    public static String prefix(CaptureRef capture) {
        return capture.namespace() + "/" + capture.name() + "/" + capture.uid() + "/";
    }

    /** The last part, such as {@code 7.pcapng.zst}. */
    public String fileName() {
        return number + "." + kind.extension() + compression.suffix();
    }

    /** The key as the store and the gateway's address have it, without a slash at the beginning. */
    @Override
    public String toString() {
        return prefix(capture) + node + "/" + fileName();
    }

    private static ArtifactKind kind(String extension) {
        for (ArtifactKind kind : ArtifactKind.values()) {
            if (kind.extension().equals(extension)) {
                return kind;
            }
        }
        throw new IllegalStateException("the pattern of keys lets through the kind " + extension);
    }

    private static Compression compression(String suffix) {
        for (Compression compression : Compression.values()) {
            if (compression.suffix().equals(suffix)) {
                return compression;
            }
        }
        throw new IllegalStateException("the pattern of keys lets through the suffix " + suffix);
    }

    private static boolean isValid(String text, Pattern pattern, int maxLength) {
        return text.length() <= maxLength && pattern.matcher(text).matches();
    }

    private static void check(String what, String text, Pattern pattern, int maxLength) {
        if (!isValid(text, pattern, maxLength)) {
            throw new IllegalArgumentException(what + " cannot be part of an artifact's key: '" + text
                    + "' (want at most " + maxLength + " characters that match " + pattern.pattern() + ")");
        }
    }
}
