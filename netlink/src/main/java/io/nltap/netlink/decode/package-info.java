// SPDX-License-Identifier: Apache-2.0
/**
 * Messages as trees of named values, and capture files as text and JSON. What messages hold is in table files, a family
 * each, beside this package on the class path ({@link io.nltap.netlink.decode.TableParser} says how they are written); no
 * class here knows an attribute by its number, and only nlctrl's and those of extended acknowledgements by their name.
 *
 * <p>Bytes are hostile: nothing here throws because of them, each loop moves forward, and what is made of one message is
 * bounded in number and depth. Must not know who asked whom, or when: that is for the analysis.
 */
@NullMarked
package io.nltap.netlink.decode;

import org.jspecify.annotations.NullMarked;
