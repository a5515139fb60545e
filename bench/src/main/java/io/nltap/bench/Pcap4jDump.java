// SPDX-License-Identifier: Apache-2.0
package io.nltap.bench;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapDumper;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapStat;

/** The quickest way of pcap4j: libpcap's own loop, dumping by libpcap's own code. Arguments: device, directory. */
public final class Pcap4jDump {

    private static final int SNAPLEN = 262_144;

    private Pcap4jDump() {}

    public static void main(String[] arguments) throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        try (PcapHandle handle = new PcapHandle.Builder(arguments[0])
                .snaplen(SNAPLEN)
                .bufferSize(Contender.BUFFER_MEBIBYTES << 20)
                .timeoutMillis(1000) // as tcpdump has it
                .build()) {
            PcapDumper dumper =
                    handle.dumpOpen(Path.of(arguments[1], "pcap4j.pcap").toString());
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(handle, ended), "end"));
            System.out.println("ready");
            try {
                handle.loop(-1, dumper);
            } catch (InterruptedException e) {
                // breakLoop: the end
            }
            dumper.close();
            PcapStat statistics = handle.getStats();
            System.out.printf(
                    "received %d dropped %d%n",
                    statistics.getNumPacketsReceived() - statistics.getNumPacketsDropped(),
                    statistics.getNumPacketsDropped());
        }
        ended.countDown();
    }

    private static void end(PcapHandle handle, CountDownLatch ended) {
        try {
            handle.breakLoop();
            ended.await();
        } catch (NotOpenException e) {
            System.out.println(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
