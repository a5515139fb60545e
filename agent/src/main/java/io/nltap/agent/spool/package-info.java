// SPDX-License-Identifier: Apache-2.0
/**
 * What was captured and is not in the store yet, on the node's disk: bounded, readable by the agent alone, and able to
 * outlive it. Packs closed segments for upload, and makes whole what a killed agent left. Knows nothing of where frames
 * come from or how segments are uploaded.
 *
 * <pre>
 *   root/.lock                      held by the one agent that uses the spool
 *   root/UID of the NodeCapture/
 *     order.json                    what is needed to finish the upload without the NodeCapture
 *     7.pcapng.part                 being written
 *     7.pcapng                      closed, not packed
 *     7.pcapng.zst.part             being packed
 *     7.pcapng.zst, 7.json          packed; the json has size and SHA-256
 *     7.pcap.zst, 7.attribution.ndjson.zst, 7.json    the same in the format Pcap
 *     7.json                        in the store, kept until the session is finished
 *     changes.ndjson.part           being written; likewise evidence.ndjson and summary.json
 *     changes.ndjson                whole
 *     changes.ndjson.stored         in the store; size and SHA-256
 * </pre>
 */
@NullMarked
package io.nltap.agent.spool;

import org.jspecify.annotations.NullMarked;
