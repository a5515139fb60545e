// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.upload;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import javax.net.ServerSocketFactory;

/**
 * An HTTP server on loopback that does just what a test tells it, byte by byte: a proper one would read bodies
 * and close connections by its own ideas.
 */
final class HttpStandIn implements AutoCloseable {

    /** What it does with one request. The connection is closed when it returns. */
    interface Conduct {
        void serve(Exchange exchange) throws IOException;
    }

    private final ServerSocket server;
    private final String scheme;
    private final Conduct conduct;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Exchange> exchanges = new CopyOnWriteArrayList<>();

    private HttpStandIn(ServerSocket server, String scheme, Conduct conduct) {
        this.server = server;
        this.scheme = scheme;
        this.conduct = conduct;
    }

    static HttpStandIn open(Conduct conduct) {
        return open(ServerSocketFactory.getDefault(), "http", conduct);
    }

    static HttpStandIn open(ServerSocketFactory sockets, String scheme, Conduct conduct) {
        try {
            ServerSocket server = sockets.createServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
            HttpStandIn standIn = new HttpStandIn(server, scheme, conduct);
            standIn.threads.execute(standIn::accept);
            return standIn;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    URI address() {
        return URI.create(scheme + "://127.0.0.1:" + server.getLocalPort());
    }

    /** Requests whose head has arrived, in that order. */
    List<Exchange> exchanges() {
        return exchanges;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                threads.execute(() -> serve(socket));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            Exchange exchange = Exchange.read(socket);
            exchanges.add(exchange);
            conduct.serve(exchange);
        } catch (IOException e) {
            // What the client makes of it is the test's business.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
    }

    static final class Exchange {
        final String requestLine;
        final Map<String, String> headers;
        private final InputStream in;
        private final OutputStream out;
        private volatile byte[] body = new byte[0];

        private Exchange(String requestLine, Map<String, String> headers, InputStream in, OutputStream out) {
            this.requestLine = requestLine;
            this.headers = headers;
            this.in = in;
            this.out = out;
        }

        private static Exchange read(Socket socket) throws IOException {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            String requestLine = line(in);
            Map<String, String> headers = new TreeMap<>();
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                int colon = line.indexOf(':');
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
            return new Exchange(requestLine, headers, in, socket.getOutputStream());
        }

        private static String line(InputStream in) throws IOException {
            StringBuilder line = new StringBuilder();
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0) {
                    throw new IOException("connection ended in the head of a request");
                }
                line.append((char) next);
            }
            return line.toString().stripTrailing();
        }

        /** What has been read of the body. */
        byte[] body() {
            return body;
        }

        void takeBody() throws IOException {
            takeBody(Integer.parseInt(headers.get("content-length")));
        }

        void takeBody(int bytes) throws IOException {
            body = in.readNBytes(bytes);
        }

        /** A piece of so many bytes at a time, with a pause before each. */
        void takeBodySlowly(int piece, Duration pause) throws IOException {
            int left = Integer.parseInt(headers.get("content-length"));
            while (left > 0) {
                LockSupport.parkNanos(pause.toNanos());
                left -= in.readNBytes(Math.min(left, piece)).length;
            }
        }

        void answer(int status, String text, String... headers) throws IOException {
            StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Because\r\nConnection: close\r\n");
            for (String header : headers) {
                head.append(header).append("\r\n");
            }
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            write(head + "Content-Length: " + bytes.length + "\r\n\r\n" + text);
        }

        /** Until the test ends. */
        void hang() {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        void write(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        }
    }
}
