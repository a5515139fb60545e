// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nltap.operator.store.Content;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** What an agent says about a file that it would bring: {@code {"size": 1048576, "sha256": "<hex>"}}. */
final class Offer {
    private static final int MAX_LENGTH = 4096;
    private static final ObjectMapper JSON = new ObjectMapper();

    private Offer() {}

    /**
     * @return empty when it is none
     * @throws IOException when the sender breaks off
     */
    static Optional<Content> read(InputStream body) throws IOException {
        byte[] bytes = body.readNBytes(MAX_LENGTH);
        try {
            JsonNode offer = JSON.readTree(bytes);
            return offer.path("size").isIntegralNumber() && offer.path("size").canConvertToLong()
                    ? Optional.of(new Content(
                            offer.path("size").longValue(), offer.path("sha256").asText("")))
                    : Optional.empty();
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
