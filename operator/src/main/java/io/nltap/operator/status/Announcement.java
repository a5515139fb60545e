// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.status;

/**
 * Something that a user should see in {@code kubectl describe}.
 *
 * @param warning whether it is bad news
 * @param reason one word in CamelCase
 */
public record Announcement(boolean warning, String reason, String message) {}
