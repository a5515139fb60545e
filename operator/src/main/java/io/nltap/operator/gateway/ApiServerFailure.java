// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.gateway;

import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What callers are told when the API server cannot be asked: nothing is allowed then, and nothing refused for good. */
final class ApiServerFailure {
    private static final Logger LOG = LoggerFactory.getLogger(ApiServerFailure.class);

    @ServerExceptionMapper
    Response map(KubernetesClientException failure) {
        LOG.atWarn().setCause(failure).log("API server cannot be asked");
        String error = failure.getCode() == 403
                ? "the API server does not let the operator ask what it must: grant its service account what the chart's"
                        + " ClusterRole nltap-operator has"
                : "the API server does not answer the operator; try again later";
        return Response.fromResponse(Answers.refuse(503, error))
                .header("Retry-After", 5)
                .build();
    }
}
