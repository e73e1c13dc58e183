"""tinyinit: an init for containers in one static file, and the Python package around it."""

__version__ = "0.1.0"
