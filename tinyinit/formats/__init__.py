"""One module for each format that is read: TOML, env files, patterns. They know no other room.

`core/formats/` has the same files. What they have in common: `scan` looks at each line before it is
read, `problem` is what is wrong with one, `limits` are the same for all.
"""
