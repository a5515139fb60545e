// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where a file is in the store: {@code <namespace>/<capture>/<uid>/<node>/<n>.<kind>} for the parts of a segment,
 * {@code <namespace>/<capture>/<uid>/<node>/<kind>} for what a node has one of, and
 * {@code <namespace>/<capture>/<uid>/<kind>} for what the whole capture has one of; followed by {@code .zst} or
 * {@code .gz} when it is compressed. Agent and operator make keys and the gateway takes them apart to see who may touch
 * them, so there is exactly one spelling of each key, and no key can climb out of its directory.
 *
 * @param capture the capture: a DNS label, a DNS subdomain, and letters, digits and hyphens as UID
 * @param node name of the node that the file is from, a DNS subdomain; empty for a file of the whole capture
 * @param number of the segment, which counts from 0 on each node; 0 for what is no part of a segment
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
    private static final Pattern KEY = Pattern.compile("([^/]+)/([^/]+)/([^/]+)/(?:([^/]+)/)?"
            + "(?:(0|[1-9][0-9]{0,9})\\.)?("
            + Arrays.stream(ArtifactKind.values())
                    .map(kind -> Pattern.quote(kind.extension()))
                    .collect(Collectors.joining("|"))
            + ")(|\\.zst|\\.gz)");

    /** @throws IllegalArgumentException when a part is not what such a name may be; says which */
    public ArtifactKey {
        check("namespace", capture.namespace(), LABEL, MAX_LABEL_LENGTH);
        check("capture name", capture.name(), SUBDOMAIN, MAX_SUBDOMAIN_LENGTH);
        check("capture uid", capture.uid(), UID, MAX_UID_LENGTH);
        if (!node.isEmpty() || !kind.isOfCapture()) {
            check("node name", node, SUBDOMAIN, MAX_SUBDOMAIN_LENGTH);
        }
        if (number < 0) {
            throw new IllegalArgumentException("segment number is negative: " + number);
        }
        if (number > 0 && !kind.isNumbered()) {
            throw new IllegalArgumentException("a %s has no number: %d".formatted(kind, number));
        }
        if (!node.isEmpty() && !kind.isNumbered() && !kind.isOfNode()) {
            throw new IllegalArgumentException("a %s is of no node: '%s'".formatted(kind, node));
        }
    }

    /** The key of a segment in the format in which it is captured. */
    public ArtifactKey(CaptureRef capture, String node, int number, Compression compression) {
        this(capture, node, number, ArtifactKind.PCAPNG, compression);
    }

    /** The key of what a node has one of. */
    public static ArtifactKey ofNode(CaptureRef capture, String node, ArtifactKind kind, Compression compression) {
        return new ArtifactKey(capture, node, 0, kind, compression);
    }

    /** The key of what a capture has one of; such files are not compressed. */
    public static ArtifactKey ofCapture(CaptureRef capture, ArtifactKind kind) {
        return new ArtifactKey(capture, "", 0, kind, Compression.NONE);
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
                || (parts.group(4) != null && !isValid(parts.group(4), SUBDOMAIN, MAX_SUBDOMAIN_LENGTH))) {
            return Optional.empty();
        }
        Optional<ArtifactKind> kind = kind(parts.group(6))
                .filter(it -> it.isNumbered() == (parts.group(5) != null))
                .filter(it -> parts.group(4) == null ? it.isOfCapture() : it.isNumbered() || it.isOfNode());
        long number = parts.group(5) == null ? 0 : Long.parseLong(parts.group(5));
        if (kind.isEmpty() || number > Integer.MAX_VALUE) {
            return Optional.empty();
        }
        CaptureRef capture = new CaptureRef(parts.group(1), parts.group(2), parts.group(3));
        return Optional.of(new ArtifactKey(
                capture,
                parts.group(4) == null ? "" : parts.group(4),
                (int) number,
                kind.get(),
                compression(parts.group(7))));
    }

    /** What the keys of all files of one capture begin with, ending in a slash. */
    public static String prefix(CaptureRef capture) {
        return capture.namespace() + "/" + capture.name() + "/" + capture.uid() + "/";
    }

    /** The last part, such as {@code 7.pcapng.zst} or {@code summary.json}. */
    public String fileName() {
        return (kind.isNumbered() ? number + "." : "") + kind.extension() + compression.suffix();
    }

    /** All but the last part, ending in a slash. */
    public String directory() {
        return prefix(capture) + (node.isEmpty() ? "" : node + "/");
    }

    /** The key as the store and the gateway's address have it, without a slash at the beginning. */
    @Override
    public String toString() {
        return directory() + fileName();
    }

    private static Optional<ArtifactKind> kind(String extension) {
        return Arrays.stream(ArtifactKind.values())
                .filter(kind -> kind.extension().equals(extension))
                .findFirst();
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
