"""The ground floor: what every room of the package may use, and what uses none of them.

`codes` has the exit codes, `text` shows names and values on one line, `distance` finds the name
that was meant. Nothing here imports anything slow.
"""
