"""The words of the command, one module each: `tinyinit contract` is `commands/contract.py`.

A word reads its arguments, calls the room that does the work, and prints what came of it.
`command` has what all words share, and says how to write one.
"""
