// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.capture;

class CaptureOnEmbeddedServerTest extends CaptureContract {
    @Override
    TestCluster openCluster() {
        return new EmbeddedTestCluster();
    }
}
