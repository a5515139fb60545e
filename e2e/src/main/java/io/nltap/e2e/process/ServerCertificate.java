// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.process;

import java.io.IOException;
import java.nio.file.Path;

/** A self-signed certificate for a server on this machine, in PEM; it is its own authority. */
public record ServerCertificate(Path certificate, Path key) {
    /** The only DNS name in it; the address 127.0.0.1 is in it too. */
    public static final String NAME = "localhost";

    /** Makes one that holds for two days, by openssl. */
    public static ServerCertificate make(Path directory) throws IOException, InterruptedException {
        Path certificate = directory.resolve("tls.crt");
        Path key = directory.resolve("tls.key");
        CommandRun.of(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:P-256",
                        "-nodes",
                        "-days",
                        "2",
                        "-subj",
                        "/CN=nltap-gateway",
                        "-addext",
                        "subjectAltName=DNS:" + NAME + ",IP:127.0.0.1",
                        "-keyout",
                        key.toString(),
                        "-out",
                        certificate.toString())
                .outputOfSuccess();
        return new ServerCertificate(certificate, key);
    }
}
