// SPDX-License-Identifier: Apache-2.0
/**
 * What an analysis is given and what it found, as files. Translates values of the netlink library to JSON and back, and
 * decides nothing; knows no cluster and no kernel.
 */
@NullMarked
package io.nltap.report;

import org.jspecify.annotations.NullMarked;
