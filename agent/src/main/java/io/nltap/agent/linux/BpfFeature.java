// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import io.nltap.agent.linux.bpf.Code;
import io.nltap.agent.linux.bpf.KernelFunction;
import io.nltap.agent.linux.bpf.Register;
import io.nltap.agent.linux.bpf.Width;

/** What traffic control programs need and not every kernel has. Tried, not concluded from a version. */
public enum BpfFeature {
    /** Arrays that are also memory of this process. */
    MMAPABLE_ARRAY("memory-mapped BPF arrays (Linux 5.5)") {
        @Override
        void attempt() throws KernelException {
            BpfArray.open("nltap_probe", Long.BYTES, 1).close();
        }
    },
    /** Counting so that every frame gets a number of its own, and a full memory barrier. */
    FETCH_AND_ADD("atomic BPF instructions that fetch (Linux 5.12)") {
        @Override
        void attempt() throws KernelException {
            tryToLoad(new Code()
                    .store(Width.EIGHT_BYTES, Register.FP, -8, 0)
                    .move(Register.R1, 1)
                    .fetchAndAdd(Width.EIGHT_BYTES, Register.FP, -8, Register.R1));
        }
    },
    SET_HASH("bpf_set_hash in traffic control programs (Linux 4.9)") {
        @Override
        void attempt() throws KernelException {
            tryToLoad(new Code().move(Register.R2, 1).call(KernelFunction.SET_HASH));
        }
    },
    CURRENT_PID_TGID("bpf_get_current_pid_tgid in traffic control programs (Linux 6.10)") {
        @Override
        void attempt() throws KernelException {
            tryToLoad(new Code().call(KernelFunction.GET_CURRENT_PID_TGID));
        }
    },
    CURRENT_CGROUP_ID("bpf_get_current_cgroup_id in traffic control programs (Linux 6.10)") {
        @Override
        void attempt() throws KernelException {
            tryToLoad(new Code().call(KernelFunction.GET_CURRENT_CGROUP_ID));
        }
    },
    CURRENT_COMM("bpf_get_current_comm in traffic control programs (Linux 6.16)") {
        @Override
        void attempt() throws KernelException {
            tryToLoad(new Code()
                    .move(Register.R1, Register.FP)
                    .add(Register.R1, -16)
                    .move(Register.R2, 16)
                    .call(KernelFunction.GET_CURRENT_COMM));
        }
    },
    /** Where programs of traffic control may not ask for the task, those of the tracepoint right behind it may. */
    TASK_AT_TRACEPOINT("BPF programs at tracepoints (Linux 4.18 with CONFIG_BPF_EVENTS)") {
        @Override
        void attempt() throws KernelException {
            Code code = new Code()
                    .call(KernelFunction.GET_CURRENT_PID_TGID)
                    .call(KernelFunction.GET_CURRENT_CGROUP_ID)
                    .move(Register.R1, Register.FP)
                    .add(Register.R1, -16)
                    .move(Register.R2, 16)
                    .call(KernelFunction.GET_CURRENT_COMM)
                    .move(Register.R0, 0)
                    .exit();
            try (BpfProgram program = BpfProgram.loadForTracepoint("nltap_probe", code, LICENSE)) {
                RawTracepoint.open("net_dev_queue", program).close();
            }
        }
    },
    /** Programs on interfaces that go with the process that attached them. */
    TCX("tcx links (Linux 6.6)") {
        @Override
        void attempt() throws KernelException {
            try (BpfProgram program = BpfProgram.load("nltap_probe", finished(new Code()), LICENSE)) {
                TcxLink.open(program, Integer.MAX_VALUE).close();
            } catch (KernelException e) {
                // It looked for the interface: it knows what should be attached there.
                if (!e.is(Errno.ENODEV)) {
                    throw e;
                }
            }
        }
    };

    private static final String LICENSE = "Apache-2.0";

    private static final String NEEDED = ". It takes CAP_BPF and CAP_NET_ADMIN (before Linux 5.8 CAP_SYS_ADMIN), and a"
            + " seccomp profile and a kernel lockdown that let bpf(2) pass";

    private final String description;

    BpfFeature(String description) {
        this.description = description;
    }

    abstract void attempt() throws KernelException;

    private static void tryToLoad(Code code) throws KernelException {
        BpfProgram.load("nltap_probe", finished(code), LICENSE).close();
    }

    private static Code finished(Code code) {
        return code.move(Register.R0, BpfProgram.TC_ACT_UNSPEC).exit();
    }

    public Support probe() {
        try {
            attempt();
            return Support.YES;
        } catch (KernelException e) {
            if (e.is(Errno.ENOSYS)) {
                return new Support.No("bpf(2) (CONFIG_BPF_SYSCALL)");
            }
            // EINVAL, also from the verifier for functions it does not know; EACCES is from it too, and EFAULT for
            // functions
            // that it knows and that were left out of this kernel.
            boolean unknown = e.is(Errno.EINVAL) || e.is(Errno.EACCES) || e.is(Errno.EFAULT);
            if (unknown) {
                return new Support.No(description);
            }
            return new Support.Unclear(e.is(Errno.EPERM) ? e.getMessage() + NEEDED : String.valueOf(e.getMessage()));
        }
    }
}
