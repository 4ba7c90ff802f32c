"""What each program of ours reads as it starts, read once by a process of the tests that then forks many of them."""

import gc

from routing_rules import policy, ruleset


def read_what_each_reads() -> None:
    """Keep the packaged numbers and rules, and leave what is in memory out of every child's search for garbage.

    It is the same for all of them. What a program does about its database stays its own.
    """
    policy.packaged()
    ruleset.load_published(ruleset.sample().text)
    gc.collect()
    gc.freeze()
