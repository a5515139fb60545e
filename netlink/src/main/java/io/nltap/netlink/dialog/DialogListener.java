// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.dialog;

/** Is told what a {@link DialogTracker} makes of the packets, while it reads them. */
public interface DialogListener {

    /** A request was sent. */
    void opened(Dialog dialog);

    /**
     * A dialog has ended: see {@link Dialog#state}. Of one for which nothing was owed this is said a second after it was
     * sent, if no error came until then.
     */
    void closed(Dialog dialog);

    /** A notification came that is no copy of the one before. */
    void notified(Notice notice);
}
