# SPDX-License-Identifier: Apache-2.0
# awk -v frames=N -f switches.awk FILE FILE: of the lines "SECONDS PID", each the moment at which a process got the processor
# of a User Mode Linux, how many CPU seconds the contender took for a million of the N frames. The file is read twice.

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
            if (!(pid in first)) first[pid] = second
        }
    } else {
        begin = $1
    }
    from = $1
    pid = $2
}

# The talker starts the contender, and nobody else takes nearly as much as these two.
END {
    for (each in took) {
        if (took[each] > took[most]) { next_most = most; most = each }
        else if (took[each] > took[next_most]) next_most = each
    }
    talker = first[most] < first[next_most] ? most : next_most
    contender = talker == most ? next_most : most

    # While it speaks the talker makes some number of calls each second, most often about the same one.
    for (s = first[contender] + 3; s <= int(from - begin); s++) {
        if (calls[talker, s] < 3000) continue
        all += calls[talker, s]
        if (++often[int(calls[talker, s] / 1500 + 0.5)] > often[usual]) usual = int(calls[talker, s] / 1500 + 0.5)
    }
    for (s = first[contender] + 3; s <= int(from - begin); s++) {
        if (calls[talker, s] > 1500 * (usual - 1) && calls[talker, s] < 1500 * (usual + 1)) run++
        else run = 0
        if (run > longest) { longest = run; last = s }
    }
    # The second half of that time, by when all that runs often is compiled; its last second is not a whole one.
    for (s = last - int(longest / 2); s < last; s++) {
        cost += spent[contender, s]
        said += calls[talker, s]
    }
    if (said == 0) { print "switches.awk: the load was never steady" > "/dev/stderr"; exit 1 }
    printf "%.2f\n", cost / (frames * said / all) * 1e6
}
