"""A user's own image under test: pytest fixtures `image` and `container` (extra `[test]`).

    def test_stops_cleanly(container):
        report = container.stop(within=5)
        assert report.clean and report.exit_code == 0

    def test_refuses_bad_config(image):
        problems = image.run(env={"PORT": "80a"}).problems
        assert problems == {"PORT": 'is "80a", not a port (1 to 65535)'}

pytest finds the fixtures by itself. The names here are for annotations: `docs/testing.md` has the
rest. Nothing is imported before it is used: a run of pytest that needs no container pays nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tinyinit.testing._container import Container
    from tinyinit.testing._image import Image
    from tinyinit.testing._report import ContainerError, Report, Result

__all__ = ["Container", "ContainerError", "Image", "Report", "Result"]

_MODULES = {
    "Container": "_container",
    "ContainerError": "_report",
    "Image": "_image",
    "Report": "_report",
    "Result": "_report",
}


def __getattr__(name: str) -> object:
    """Import a name when it is asked for."""
    from importlib import import_module  # only here

    if name not in _MODULES:
        raise AttributeError(f"module 'tinyinit.testing' has no attribute {name!r}")
    return getattr(import_module(f"tinyinit.testing.{_MODULES[name]}"), name)
