// SPDX-License-Identifier: Apache-2.0
package io.nltap.images;

/**
 * The kind of machine that images are made on and for: native code is taken from here.
 *
 * @param oci as in OCI images and in the resources of zstd-jni
 * @param gnu first part of the GNU triplet
 * @param jna as in the resources of JNA
 */
record Machine(String oci, String gnu, String jna) {

    static Machine here() {
        String name = System.getProperty("os.arch");
        return switch (name) {
            case "amd64" -> new Machine("amd64", "x86_64", "x86-64");
            case "aarch64" -> new Machine("arm64", "aarch64", "aarch64");
            default -> throw new ImageBuildException("no images can be made on a machine of the kind " + name);
        };
    }
}
