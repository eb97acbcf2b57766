"""The judge of a learner's own program, in any language: it's run, and judged by what a practice tenant saw.

The program is told the tenant by the variables of `variables`, and its user by the address of `keyboard`.
`program` runs it, `faults` has what goes wrong, `rules` says what it did, and `judge` puts these together.
"""
