// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.upload;

import io.nltap.agent.upload.UploadAnswer.Refused;
import io.nltap.agent.upload.UploadAnswer.Retry;
import io.nltap.agent.upload.UploadAnswer.Stored;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Brings a file to the store by the protocol of {@code docs/design/0002-upload-protocol.md}: asks the gateway, goes
 * where the gateway sends it, and asks the gateway again. Only the gateway's word makes a file stored.
 */
public final class GatewayClient implements ArtifactSender, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Answers of the gateway that no later attempt will change, unless it says otherwise itself. */
    private static final Set<Integer> FINAL = Set.of(403, 409, 413);

    private final GatewayAccess access;
    private final Duration patience;
    private final ExecutorService executor;
    private final TrustedClient gatewayClient;
    private final TrustedClient storeClient;

    private GatewayClient(GatewayAccess access, Duration patience, ExecutorService executor) {
        this.access = access;
        this.patience = patience;
        this.executor = executor;
        this.gatewayClient = new TrustedClient(access.gatewayAuthorities(), false, executor);
        this.storeClient = new TrustedClient(access.storeAuthorities(), true, executor);
    }

    public static GatewayClient open(GatewayAccess access) {
        return open(access, PATIENCE);
    }

    /** @param patience how long the other side may neither take anything nor answer */
    static GatewayClient open(GatewayAccess access, Duration patience) {
        AtomicInteger count = new AtomicInteger();
        ExecutorService executor = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "upload-http-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        return new GatewayClient(access, patience, executor);
    }

    @Override
    public UploadAnswer send(Upload upload) throws InterruptedException {
        Optional<UploadAnswer> problem = problemOf(upload);
        if (problem.isPresent()) {
            return problem.get();
        }
        GatewayAnswer answer = ask(upload);
        if (answer instanceof GatewayAnswer.Here) {
            return judge(upload, putHere(upload));
        }
        if (answer instanceof GatewayAnswer.There there) {
            Optional<Retry> failed = putThere(upload, there);
            return failed.isPresent() ? failed.get() : confirm(upload, there);
        }
        return judge(upload, answer);
    }

    private UploadAnswer confirm(Upload upload, GatewayAnswer.There there) throws InterruptedException {
        GatewayAnswer answer = ask(upload);
        if (answer instanceof GatewayAnswer.Here || answer instanceof GatewayAnswer.There) {
            return retry("store at %s took %s, but the gateway does not find it there; is its bucket emptied by others?"
                    .formatted(there.store(), upload.key()));
        }
        return judge(upload, answer);
    }

    private static Optional<UploadAnswer> problemOf(Upload upload) {
        if (!isSafeForToken(upload.gateway())) {
            return Optional.of(new Refused("gateway %s is not addressed by https; the agent's token is sent over plain"
                            .formatted(upload.gateway())
                    + " http to a loopback address only; correct the gateway's address in the operator's settings"));
        }
        try {
            long size = Files.size(upload.file());
            return size == upload.size()
                    ? Optional.empty()
                    : Optional.of(
                            new Refused("%s has %d bytes, but had %d when it was closed: it was changed on the node"
                                    .formatted(upload.file(), size, upload.size())));
        } catch (NoSuchFileException e) {
            return Optional.of(new Refused("%s is not there any more".formatted(upload.file())));
        } catch (IOException e) {
            return Optional.of(retry("%s cannot be read: %s".formatted(upload.file(), PatientHttp.describe(e))));
        }
    }

    /** Names are not looked up: what a name stands for can change between the look and the connection. */
    private static boolean isSafeForToken(URI gateway) {
        String host = gateway.getHost();
        if (host == null) {
            return false;
        }
        boolean loopback = host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.[0-9]{1,3}){3}");
        return "https".equals(gateway.getScheme()) || ("http".equals(gateway.getScheme()) && loopback);
    }

    private GatewayAnswer ask(Upload upload) throws InterruptedException {
        String offer = "{\"size\": %d, \"sha256\": \"%s\"}".formatted(upload.size(), upload.sha256());
        return atGateway(
                upload,
                Map.of("Content-Type", "application/json"),
                (http, headers) -> http.post(address(upload), headers, offer));
    }

    private GatewayAnswer putHere(Upload upload) throws InterruptedException {
        byte[] digest = HexFormat.of().parseHex(upload.sha256());
        Map<String, String> own = Map.of(
                "Content-Type",
                "application/octet-stream",
                "Content-Digest",
                "sha-256=:" + Base64.getEncoder().encodeToString(digest) + ":"); // RFC 9530
        return atGateway(upload, own, (http, headers) -> http.put(address(upload), headers, upload.file()));
    }

    private GatewayAnswer atGateway(Upload upload, Map<String, String> own, Call call) throws InterruptedException {
        PatientHttp http;
        Map<String, String> headers = new HashMap<>(own);
        try {
            headers.put(
                    "Authorization",
                    "Bearer " + Files.readString(access.token()).strip());
            http = new PatientHttp(gatewayClient.get(), patience);
        } catch (IOException e) {
            return new GatewayAnswer.None("the agent cannot read what it needs to reach the gateway: "
                    + PatientHttp.describe(e) + "; check the volumes of the agent's DaemonSet");
        }
        try {
            return GatewayAnswer.of(call.send(http, headers));
        } catch (IOException e) {
            return new GatewayAnswer.None(
                    "gateway %s did not answer: %s".formatted(upload.gateway(), PatientHttp.describe(e)));
        }
    }

    private static URI address(Upload upload) {
        return URI.create(upload.gateway().toString().replaceFirst("/+$", "") + "/artifacts/" + upload.key());
    }

    private Optional<Retry> putThere(Upload upload, GatewayAnswer.There there) throws InterruptedException {
        HttpAnswer answer;
        try {
            answer = new PatientHttp(storeClient.get(), patience).put(there.address(), there.headers(), upload.file());
        } catch (IOException e) {
            return Optional.of(retry("store at %s cannot be reached from this node, or broke off: %s"
                    .formatted(there.store(), PatientHttp.describe(e))));
        }
        // 412: it is there already, since an earlier answer was lost on its way; the gateway will compare.
        if (answer.isSuccess() || answer.status() == 412) {
            return Optional.empty();
        }
        return Optional.of(retry(StoreRefusal.of(answer).sentence(there.store())));
    }

    private UploadAnswer judge(Upload upload, GatewayAnswer answer) throws InterruptedException {
        if (answer instanceof GatewayAnswer.Has has) {
            return judge(upload, has);
        }
        if (answer instanceof GatewayAnswer.No no) {
            if (no.status() == 400 && LocalDigest.differs(upload)) {
                return new Refused(
                        "%s does not have the SHA-256 any more that it had when it was closed: it was changed"
                                        .formatted(upload.file())
                                + " on the node");
            }
            String why = "gateway answered %d: %s".formatted(no.status(), no.error());
            return FINAL.contains(no.status()) && !no.mayRetry() ? new Refused(why) : new Retry(no.after(), why);
        }
        if (answer instanceof GatewayAnswer.None none) {
            return retry(none.why());
        }
        throw new IllegalStateException("not an answer to judge: " + answer);
    }

    private static UploadAnswer judge(Upload upload, GatewayAnswer.Has has) {
        if (has.size() == upload.size() && has.sha256().equals(upload.sha256())) {
            return new Stored();
        }
        return retry("gateway says that %s is stored with %d bytes and SHA-256 %s, but it has %d and %s"
                .formatted(upload.key(), has.size(), has.sha256(), upload.size(), upload.sha256()));
    }

    private interface Call {
        HttpAnswer send(PatientHttp http, Map<String, String> headers) throws IOException, InterruptedException;
    }

    private static Retry retry(String why) {
        return new Retry(Optional.empty(), why);
    }

    /** Ends what is under way, without an answer. */
    @Override
    public void close() {
        executor.shutdownNow();
    }
}
