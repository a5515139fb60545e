// SPDX-License-Identifier: Apache-2.0
package io.nltap.images;

/** Something is missing for the images; the message says what, and how to get it. */
final class ImageBuildException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ImageBuildException(String message) {
        super(message);
    }
}
