// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import io.nltap.agent.frame.Direction;
import io.nltap.agent.frame.Frame;
import io.nltap.agent.frame.FrameTag;
import io.nltap.agent.frame.TagSource;
import java.util.ArrayList;
import java.util.List;

/** What a test keeps of a frame and its tag. */
record TaggedFrame(
        int protocol,
        int type,
        int flags,
        boolean tagged,
        Direction direction,
        long portId,
        int group,
        int processId,
        long cgroupId,
        String comm) {

    // struct nlmsghdr { __u32 nlmsg_len; __u16 nlmsg_type, nlmsg_flags; … };   linux/netlink.h
    private static final int NLMSG_TYPE = 4;
    private static final int NLMSG_FLAGS = 6;

    static TaggedFrame of(Frame frame, TagSource tags) {
        FrameTag tag = new FrameTag();
        boolean tagged = tags.find(frame, tag);
        return new TaggedFrame(
                frame.protocol(),
                Short.toUnsignedInt(frame.buffer().getShort(frame.offset() + NLMSG_TYPE)),
                Short.toUnsignedInt(frame.buffer().getShort(frame.offset() + NLMSG_FLAGS)),
                tagged,
                tag.direction(),
                tag.portId(),
                tag.group(),
                tag.processId(),
                tag.cgroupId(),
                tag.comm());
    }

    static List<TaggedFrame> ofType(List<TaggedFrame> frames, int type) {
        return new ArrayList<>(
                frames.stream().filter(frame -> frame.type() == type).toList());
    }
}
