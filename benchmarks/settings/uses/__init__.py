"""The same 20 fields in each library, as its own documentation writes them.

Each is run by `driver.py` in an environment of its own: what it imports, then `define` (a class or
whatever the library has instead of one), then `load` of that.
"""
