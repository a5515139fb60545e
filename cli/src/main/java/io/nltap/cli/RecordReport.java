// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.nltap.api.v1alpha1.Engine;
import io.nltap.api.v1alpha1.ModuleState;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code record.json}: what was recorded, how, and what became of everything that was heard. Described in
 * {@code docs/record.md}; times are UTC as in RFC 3339.
 *
 * @param version of this format
 * @param nltap version of the program
 * @param othersNotListed datagrams of authors that are not among {@code authors}
 * @param evidence of {@code evidence.ndjson}; absent when nothing was analysed, as is {@code changes}
 * @param notRecorded network namespaces in which there was somebody to be recorded; absent when there are none
 * @param children why children of the processes may be missing; absent when none can be
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record RecordReport(
        int version,
        String nltap,
        List<String> command,
        Machine machine,
        String startTime,
        String endTime,
        End end,
        List<Space> namespaces,
        @Nullable List<Refused> notRecorded,
        @Nullable String children,
        Counts counters,
        Map<String, Long> confidence,
        List<Author> authors,
        long othersNotListed,
        Redaction redaction,
        @Nullable Lines evidence,
        @Nullable Lines changes,
        List<File> files) {

    static final int VERSION = 1;

    record Machine(String kernel, String architecture) {}

    /**
     * @param by {@code Interrupt}, {@code Duration}, {@code Bytes}, {@code ProcessesGone} or {@code Error}
     * @param reason a word that never changes its meaning, with {@code Error} only
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record End(String by, @Nullable String reason, @Nullable String message) {}

    /**
     * @param inode of the network namespace, as {@code ls -l /proc/PID/ns/net} shows it
     * @param engine what read the frames
     * @param module how nlmon came to be loaded
     */
    record Space(long inode, boolean host, Engine engine, ModuleState module, Tagger tagger) {}

    /**
     * @param inode of the network namespace
     * @param reason a word that never changes its meaning
     */
    record Refused(long inode, String reason, String message) {}

    /**
     * @param mode {@code Task}, {@code Socket} or {@code None}
     * @param means how
     * @param lacking why it is not better; empty when it could not be
     */
    record Tagger(String mode, String means, String lacking) {}

    /** Always: received = written + outOfScope + filtered + duplicates + droppedByLimits. */
    @JsonPropertyOrder({
        "received",
        "written",
        "outOfScope",
        "filtered",
        "duplicates",
        "droppedByLimits",
        "ringDropped",
        "unattributed",
        "messages",
        "bytes"
    })
    record Counts(
            long received,
            long written,
            long outOfScope,
            long filtered,
            long duplicates,
            long droppedByLimits,
            long ringDropped,
            long unattributed,
            long messages,
            long bytes) {}

    /**
     * @param kind {@code Process}, {@code Kernel} or {@code Unknown}
     * @param datagrams in the file
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Author(
            String kind,
            @Nullable Integer pid,
            @Nullable String comm,
            @Nullable String container,
            long datagrams,
            long messages) {}

    /**
     * @param mode {@code Keys} or {@code None}
     * @param attributes that held key material
     * @param messages that were zeroed from their header on, as nobody can tell where in them a key could be
     */
    record Redaction(String mode, long attributes, long messages) {}

    /**
     * Of a file with a line for each of something.
     *
     * @param lines in the file
     * @param omitted for which there was no room
     */
    record Lines(long lines, long omitted) {}

    record File(String name, long size, String sha256) {}

    byte[] json() {
        try {
            String text = new ObjectMapper()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .writeValueAsString(this);
            return (text + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a value of records, lists, texts and numbers has a form in JSON", e);
        }
    }
}
