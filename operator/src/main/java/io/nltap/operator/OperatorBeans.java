// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** What every room of the operator is given. */
@Singleton
final class OperatorBeans {

    @Produces
    @Singleton
    Clock clock() {
        return Clock.systemUTC();
    }
}
