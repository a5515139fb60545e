// SPDX-License-Identifier: Apache-2.0

// Asks the kernel for its links by netlink, with nothing but the standard library, from several threads at once: the
// runtime moves goroutines between threads, so that the thread that asks is seldom the process' first.
//
// netlink-client GOROUTINES REQUESTS
package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync"
	"syscall"
)

func main() {
	goroutines, requests := number(1), number(2)
	var all sync.WaitGroup
	for i := 0; i < goroutines; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			runtime.LockOSThread()
			for request := 0; request < requests; request++ {
				if _, err := syscall.NetlinkRIB(syscall.RTM_GETLINK, syscall.AF_UNSPEC); err != nil {
					fmt.Fprintln(os.Stderr, "RTM_GETLINK:", err)
					os.Exit(1)
				}
			}
		}()
	}
	all.Wait()
}

func number(argument int) int {
	value, err := strconv.Atoi(os.Args[argument])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	return value
}
