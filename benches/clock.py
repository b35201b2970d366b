#!/usr/bin/env python3
"""Measures several commands in turn (A B C A B C ...), and prints the medians and the ratios to the first one.

usage: clock.py [-n ROUNDS] NAME='COMMAND LINE' NAME='COMMAND LINE' ...

Each command runs in `sh -c 'exec ...'`; its output is discarded. The figures are those of the kernel for the whole process: wall seconds, processor
seconds (user and system, with children), and peak memory in MiB.
"""
import os
import statistics
import sys
import time


class Run:
    """The figures of one run of a program."""

    def __init__(self, arguments):
        null = os.open(os.devnull, os.O_RDWR)
        streams = [(os.POSIX_SPAWN_DUP2, null, number) for number in (0, 1, 2)]
        start = time.perf_counter()
        # Not `subprocess`: a child that is forked from this process first has its memory.
        pid = os.posix_spawnp(arguments[0], arguments, os.environ, file_actions=streams)
        _, status, usage = os.wait4(pid, 0)
        self.wall = time.perf_counter() - start
        self.cpu = usage.ru_utime + usage.ru_stime
        self.memory = usage.ru_maxrss / 1024
        self.status = os.waitstatus_to_exitcode(status)
        os.close(null)


class Medians:
    def __init__(self, runs):
        self.wall, self.cpu, self.memory = (statistics.median(getattr(run, name) for run in runs) for name in ("wall", "cpu", "memory"))
        self.status = runs[-1].status


def measure(programs, rounds):
    """The medians by name. `programs`: lists of arguments by name. A first round warms the caches and is not counted."""
    runs = {name: [] for name in programs}
    for turn in range(rounds + 1):
        for name, arguments in programs.items():
            run = Run(arguments)
            if turn:
                runs[name].append(run)
    return {name: Medians(of_program) for name, of_program in runs.items()}


def main(arguments):
    rounds = 5
    if arguments[:1] == ["-n"]:
        rounds, arguments = int(arguments[1]), arguments[2:]
    if not arguments or not all("=" in argument for argument in arguments):
        sys.exit(__doc__)
    commands = dict(argument.split("=", 1) for argument in arguments)
    medians = measure({name: ["sh", "-c", "exec " + command] for name, command in commands.items()}, rounds)
    first = next(iter(medians.values()))
    print("%-24s %9s %9s %9s %5s   ratio to %s: wall, cpu, memory" % ("program", "wall s", "cpu s", "MiB", "exit", next(iter(medians))))
    for name, found in medians.items():
        ratios = [getattr(found, key) / max(getattr(first, key), 1e-6) for key in ("wall", "cpu", "memory")]
        print("%-24s %9.4f %9.4f %9.1f %5d   %8.2f %8.2f %8.2f" % (name, found.wall, found.cpu, found.memory, found.status, *ratios))


if __name__ == "__main__":
    main(sys.argv[1:])
