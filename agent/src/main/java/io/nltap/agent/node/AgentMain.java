// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.node;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.nltap.agent.analysis.AnalysisThread;
import io.nltap.agent.analysis.HeapRoom;
import io.nltap.agent.attribution.NodeAuthors;
import io.nltap.agent.evidence.NodeEvidence;
import io.nltap.agent.linux.NetNamespaces;
import io.nltap.agent.metrics.AgentCounters;
import io.nltap.agent.process.PodLocator;
import io.nltap.agent.process.PodNames;
import io.nltap.agent.process.ProcessIndex;
import io.nltap.agent.process.ProcessTable;
import io.nltap.agent.redaction.FamilyTeacher;
import io.nltap.agent.ring.RingBudget;
import io.nltap.agent.session.NodeTaps;
import io.nltap.agent.session.OrderNames;
import io.nltap.agent.session.RefusedSegments;
import io.nltap.agent.session.SessionStages;
import io.nltap.agent.spool.Spool;
import io.nltap.agent.spool.SpoolInUseException;
import io.nltap.agent.tap.Installation;
import io.nltap.agent.tap.KernelPaths;
import io.nltap.agent.tap.ModuleTree;
import io.nltap.agent.tap.NlmonModule;
import io.nltap.agent.tap.TagBudget;
import io.nltap.agent.tap.Taggers;
import io.nltap.agent.tap.Taps;
import io.nltap.agent.upload.Backoff;
import io.nltap.agent.upload.GatewayAccess;
import io.nltap.agent.upload.GatewayClient;
import io.nltap.agent.upload.Sleeper;
import io.nltap.agent.upload.Uploader;
import io.nltap.netlink.pcapng.SectionHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agent: puts the rooms together, runs until SIGTERM, and leaves the node as it was. */
public final class AgentMain {
    private static final Logger LOG = configuredLogger();

    private static final int WRONG_SETTINGS = 2;
    private static final int CANNOT_RUN = 1;

    private static final Duration SCAN_INTERVAL = Duration.ofMillis(900);
    private static final Duration SPOOL_PATIENCE = Duration.ofSeconds(30);
    private static final Duration LAST_WORDS = Duration.ofSeconds(3);

    /** Tags are smaller than all but the smallest frames. */
    private static final int TAGS_PART_OF_RINGS = 4;

    private static final Backoff BACKOFF = new Backoff(
            Duration.ofSeconds(1),
            Duration.ofMinutes(1),
            () -> ThreadLocalRandom.current().nextDouble());

    private final AgentSettings settings;
    private final Clock clock = Clock.systemUTC();
    private final AgentCounters counters = new AgentCounters();
    private final CountDownLatch settled = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    private AgentMain(AgentSettings settings) {
        this.settings = settings;
    }

    /** The level has to be known before the first logger is made. */
    private static Logger configuredLogger() {
        String level = System.getenv().getOrDefault(AgentSettings.LOG_LEVEL, "INFO");
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", level.toLowerCase(Locale.ROOT));
        return LoggerFactory.getLogger(AgentMain.class);
    }

    public static void main(String[] args) {
        AgentSettings.Reading reading = AgentSettings.read(System.getenv());
        if (reading instanceof AgentSettings.Reading.Invalid invalid) {
            invalid.problems()
                    .forEach(problem ->
                            LOG.atError().addKeyValue("problem", problem).log("wrong setting"));
            System.exit(WRONG_SETTINGS);
        } else if (reading instanceof AgentSettings.Reading.Valid valid) {
            System.exit(run(new AgentMain(valid.settings())));
        }
    }

    private static int run(AgentMain agent) {
        try {
            agent.run();
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return CANNOT_RUN;
        } catch (IOException | IllegalStateException e) {
            LOG.atError().addKeyValue("why", e.getMessage()).log("agent cannot run");
            return CANNOT_RUN;
        }
    }

    private void run() throws IOException, InterruptedException {
        LOG.atInfo()
                .addKeyValue("node", settings.nodeName())
                .addKeyValue("namespace", settings.namespace())
                .addKeyValue("state", settings.stateDirectory())
                .log("agent starts");
        GatewayAccess access =
                new GatewayAccess(settings.tokenFile(), settings.gatewayAuthorities(), settings.storeAuthorities());
        PodNames names = new PodNames();
        ProcessIndex index = new ProcessIndex(settings.proc(), names, SCAN_INTERVAL.toNanos(), System::nanoTime);
        try (Spool spool = openSpool();
                Taps taps = openTaps();
                NodeAuthors authors = NodeAuthors.start(index, settings.proc(), System::nanoTime, clock);
                FamilyTeacher families = FamilyTeacher.start(System::nanoTime);
                NodeEvidence evidence = NodeEvidence.start(
                        index, settings.proc(), ownPid(), System.getProperty("os.arch", ""), clock, System::nanoTime);
                AnalysisThread analyses = AnalysisThread.start(clock, System::nanoTime, new HeapRoom());
                GatewayClient gateway = GatewayClient.open(access);
                KubernetesClient client = KubernetesConnection.open(settings)) {
            NodeTaps nodeTaps = new NodeTaps(taps, new RingBudget(settings.ringBytes()), authors, families, counters);
            nodeTaps.sweep();
            Spool.Leftovers leftovers = spool.leftovers();
            leftovers
                    .problems()
                    .forEach(problem ->
                            LOG.atWarn().addKeyValue("problem", problem).log("spool not recovered entirely"));
            ProcessTable processes =
                    new ProcessTable(settings.proc(), SCAN_INTERVAL.toNanos(), System::nanoTime, counters);
            SessionStages stages = new SessionStages(
                    processes,
                    new PodLocator(processes),
                    new OrderNames(names),
                    nodeTaps,
                    families,
                    evidence,
                    analyses,
                    spool,
                    new RefusedSegments(spool, clock, counters),
                    new Uploader(gateway, BACKOFF, clock, Sleeper.THREAD),
                    ownPid(),
                    section(),
                    clock,
                    System::nanoTime,
                    counters);
            KubernetesNodeCaptures nodeCaptures = new KubernetesNodeCaptures(client);
            StatusWriter statuses = new StatusWriter(nodeCaptures, System::nanoTime, counters);
            try (NodeCaptureWatch watch =
                    NodeCaptureWatch.open(nodeCaptures, settings.namespace(), settings.nodeName(), counters)) {
                NodeAgent agent = new NodeAgent(
                        settings.nodeName(), watch, statuses, stages, leftovers.sessions(), settings.allowUnredacted());
                statuses.start();
                Runtime.getRuntime().addShutdownHook(new Thread(() -> end(agent, statuses), "end"));
                watch.start(agent::call);
                agent.run();
                // The signal's thread has the lead now, and needs what is open here until it has finished.
                settled.await();
            }
        } finally {
            closed.countDown();
        }
    }

    /** Runs when the JVM has been told to end, and keeps it from that until the node is as it was. */
    private void end(NodeAgent agent, StatusWriter statuses) {
        try {
            agent.shutdown(settings.uploadGrace());
            if (!statuses.flush(LAST_WORDS)) {
                LOG.atWarn().log("the API server did not take the last statuses; the next agent will write them");
            }
            statuses.close();
            counters.nonZero()
                    .forEach((counter, value) -> LOG.atInfo()
                            .addKeyValue("counter", counter)
                            .addKeyValue("value", value)
                            .log("counted"));
            settled.countDown();
            if (!closed.await(LAST_WORDS.toSeconds(), TimeUnit.SECONDS)) {
                LOG.atWarn().log("the agent could not close everything in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Spool openSpool() throws IOException, InterruptedException {
        Path root = settings.stateDirectory().resolve("spool");
        long deadline = System.nanoTime() + SPOOL_PATIENCE.toNanos();
        while (true) {
            try {
                return Spool.open(root, settings.spoolBytes(), clock);
            } catch (SpoolInUseException e) {
                if (System.nanoTime() - deadline > 0) {
                    throw e;
                }
                LOG.atWarn().addKeyValue("spool", root).log("waiting for another agent to end");
                TimeUnit.SECONDS.sleep(1);
            } catch (IOException e) {
                throw new IOException(
                        "cannot use the spool %s: %s. Give the agent a directory of the node that it can write to (%s)"
                                .formatted(root, e, AgentSettings.STATE_DIR),
                        e);
            }
        }
    }

    private Taps openTaps() throws IOException {
        NlmonModule module = new NlmonModule(
                settings.proc(),
                new ModuleTree(settings.modules().resolve(kernelRelease())),
                settings.stateDirectory().resolve("nlmon"));
        Taggers taggers = new Taggers(KernelPaths.USUAL, new TagBudget(settings.ringBytes() / TAGS_PART_OF_RINGS));
        return new Taps(new Installation(settings.namespace()), new NetNamespaces(settings.proc()), module, taggers);
    }

    /** In the PID namespace that /proc was mounted for: this process need not be in it. */
    private int ownPid() throws IOException {
        return Integer.parseInt(
                settings.proc().resolve("self").toRealPath().getFileName().toString());
    }

    private SectionHeader section() throws IOException {
        return new SectionHeader(System.getProperty("os.arch", ""), "Linux " + kernelRelease(), "nltap agent");
    }

    private String kernelRelease() throws IOException {
        return Files.readString(settings.proc().resolve("sys/kernel/osrelease")).strip();
    }
}
