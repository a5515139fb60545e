// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.upload;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A file as the body of a request, counting what has been taken of it. Owns the open file: the JDK's own file body
 * leaves it to the garbage collector when a request is cut short.
 */
final class FileBody implements AutoCloseable {
    private final InputStream file;
    private final long length;
    private final AtomicLong taken = new AtomicLong();

    private FileBody(InputStream file, long length) {
        this.file = file;
        this.length = length;
    }

    static FileBody open(Path path) throws IOException {
        InputStream file = Files.newInputStream(path);
        try {
            return new FileBody(file, Files.size(path));
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** For one request, not to be repeated. */
    BodyPublisher publisher() {
        return length == 0
                ? BodyPublishers.noBody()
                : BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> counted(file)), length);
    }

    /** Bytes. */
    long length() {
        return length;
    }

    /** Bytes handed to the connection so far; some may still wait in its buffers. */
    long taken() {
        return taken.get();
    }

    private InputStream counted(InputStream in) {
        return new FilterInputStream(in) {
            @Override
            public int read() throws IOException {
                int read = super.read();
                taken.addAndGet(read < 0 ? 0 : 1);
                return read;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int read = super.read(buffer, offset, length);
                taken.addAndGet(Math.max(read, 0));
                return read;
            }
        };
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
