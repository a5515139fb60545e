// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

/** What came of the search for the process behind a socket. */
sealed interface Finding {

    /**
     * @param inode of the socket while it is open, {@link SocketSheet#NO_SOCKET} when it was closed before anybody looked
     */
    record Found(Owner owner, Grounds grounds, long inode) implements Finding {}

    /** Nobody can be named. */
    enum Nobody implements Finding {
        NO_HOLDER("no process is known that held its socket"),
        SEVERAL_HOLDERS("several processes hold its socket"),
        AMBIGUOUS("more than one process may have had its socket"),
        NOT_IN_TIME("its socket could not be looked up in time");

        private final String reason;

        Nobody(String reason) {
            this.reason = reason;
        }

        String reason() {
            return reason;
        }
    }
}
