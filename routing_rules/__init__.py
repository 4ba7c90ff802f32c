"""A county's thresholds as rules: facts in, proposals out. No clock, no web, no database, no network.

The public face: `screen.screen()` scores, `explain.explain()` tells a score in words, `route.route()` proposes teams,
`clocks` says when things are due, `pauses` which clocks may stand still, `ruleset` loads rules.
"""
