"""From a contract to a class, and from a class to its contract."""

from __future__ import annotations

import os

from tinyinit.config._define import define
from tinyinit.config._errors import ConfigError
from tinyinit.config._schema import MARK, MISSING, Declared, Definition, schema_of
from tinyinit.config._values import Email, HostPort, Hostname, Json, Port, Secret, Size
from tinyinit.config._url import Url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    from tinyinit.contract._model import Contract, Variable
