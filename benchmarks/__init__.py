"""What tinyinit costs, against other inits: `python -m benchmarks`."""
