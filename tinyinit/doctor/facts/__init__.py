"""Facts about a container: read only, from /proc and control groups below a root tests replace."""

from tinyinit.doctor.facts._gather import Asked, first_of, gather
from tinyinit.doctor.facts._model import Facts
from tinyinit.doctor.facts._processes import ProcessError

__all__ = ["Asked", "Facts", "ProcessError", "first_of", "gather"]
