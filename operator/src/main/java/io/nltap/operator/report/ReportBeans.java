// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.report;

import io.nltap.operator.store.Stores;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Puts the room together from its configuration. */
@Singleton
final class ReportBeans {

    @Produces
    @Singleton
    ReportDesk reports(
            Stores stores, Clock clock, @ConfigProperty(name = "quarkus.application.version") String version) {
        return new ReportDesk(new CaptureReporter(stores::resolve, version), clock);
    }

    void close(@Disposes ReportDesk desk) {
        desk.close();
    }
}
