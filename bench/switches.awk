# SPDX-License-Identifier: Apache-2.0
# awk -v frames=N -v pace=P -f switches.awk FILE FILE: of the lines "SECONDS PID", each the moment at which a process got the
# processor of a User Mode Linux, how many CPU seconds the contender took for a million frames, of P frames a second or, if P is
# 0, of N frames of which no switch is missing. The file is read twice.

# The guest's kernel is whoever gets the processor most often: after each system call of each process.
NR == FNR {
    if ($2 != 0 && ++gets[$2] > gets[kernel]) kernel = $2
    next
}

{
    if (from != "") {
        lasted = $1 - from
        second = int(from - begin)
        if (pid == kernel) {
            took[for_whom] += lasted
            spent[for_whom, second] += lasted
        } else if (pid != 0) {
            for_whom = pid
            took[pid] += lasted
            spent[pid, second] += lasted
            calls[pid, second]++
            called[pid]++
            if (!(pid in first)) first[pid] = second
        }
    } else {
        begin = $1
    }
    from = $1
    pid = $2
}

# Nobody else takes nearly as much as these two, and the talker makes a system call for each frame and more.
END {
    for (each in took) {
        if (took[each] > took[most]) { next_most = most; most = each }
        else if (took[each] > took[next_most]) next_most = each
    }
    talker = called[most] > called[next_most] ? most : next_most
    contender = talker == most ? next_most : most
    end = int(from - begin)

    # While it speaks the talker makes some number of calls each second, most often about the same one.
    for (s = first[contender] + 3; s <= end; s++) {
        if (calls[talker, s] < 3000) continue
        all += calls[talker, s]
        if (++often[int(calls[talker, s] / 1500 + 0.5)] > often[usual]) usual = int(calls[talker, s] / 1500 + 0.5)
    }
    for (s = first[contender] + 3; s <= end; s++) {
        if (calls[talker, s] > 1500 * (usual - 1) && calls[talker, s] < 1500 * (usual + 1)) run++
        else run = 0
        if (run > longest) { longest = run; last = s }
    }
    # The second half of that time, by when all that runs often is compiled; its last second is not a whole one.
    for (s = last - int(longest / 2); s < last; s++) {
        cost += spent[contender, s]
        said += calls[talker, s]
        seconds++
    }
    if (said == 0) { print "switches.awk: the load was never steady" > "/dev/stderr"; exit 1 }
    printf "%.2f\n", cost / (pace ? pace * seconds : frames * said / all) * 1e6
}
