"""No library, and nothing loaded: what Python itself takes."""


def define() -> object:
    """Define nothing."""
    return None


def load(_: object) -> object:
    """Load nothing."""
    return None
