"""Whether an environment meets a contract, and what main gets if it does."""

from __future__ import annotations

from tinyinit.base.file import STRING_MAX
from tinyinit.contract.model import hides
from tinyinit.contract.rules import complaint
from tinyinit.contract.source import Sources, Value
from tinyinit.contract.types import expects
from tinyinit.formats.problem import Problem, plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Final

    from tinyinit.contract.model import Contract, Variable

__all__ = ["Result", "Value", "check"]

_LINKS: Final = (b"tcp://", b"udp://", b"sctp://")


class Result:
    """What was found: values by name, problems, warnings, and the environment for main.

    `values` has what was found for each declared variable, whether it meets its rules or not.
    `environment` means something only if there are no problems.
    """

    __slots__ = ("environment", "file", "problems", "values", "warnings")

    def __init__(self, file: str) -> None:
        """Begin with nothing; `file` is what reports call the contract."""
        self.file = file
        self.values: dict[str, Value] = {}
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self.environment: dict[bytes, bytes] = {}


def check(  # noqa: PLR0913  # one for each source
    contract: Contract,
    environ: Mapping[bytes, bytes] | Mapping[str, str] | Mapping[str, bytes],
    *,
    root: str = "/",
    env_files: tuple[str, ...] = (),
    env_values: Mapping[str, Value] | None = None,
    for_main: bool = True,
) -> Result:
    """Find the value of every variable of `contract` and check it.

    Absolute paths of files are taken below `root`; `env_files` are read after the contract's.
    `env_values` stand as if read from a last env file. Without `for_main` the environment for
    main is left out. Nothing of `environ` is changed.
    """
    result = Result(contract.file)
    sources = Sources(contract, _decoded(environ), root=root, env_files=env_files)
    sources.env_files.update(env_values or {})
    try:
        _check_all(contract, sources, result)
    finally:
        sources.close()
    _check_undeclared(contract, sources, result)
    if for_main:
        result.environment = _environment(contract, sources, result.values)
    return result


def _decoded(
    environ: Mapping[bytes, bytes] | Mapping[str, str] | Mapping[str, bytes],
) -> dict[str, bytes]:
    return {
        _text(name): value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
        for name, value in environ.items()
    }


def _text(name: bytes | str) -> str:
    return name if isinstance(name, str) else name.decode("utf-8", "surrogateescape")


def _check_all(contract: Contract, sources: Sources, result: Result) -> None:
    # All values first: whether one is required may depend on a later one.
    found: dict[str, list[Problem]] = {}
    for variable in contract.variables.values():
        found[variable.name] = []
        value = sources.find(variable, found[variable.name])
        if value is not None:
            result.values[variable.name] = value
    result.problems.extend(sources.problems)
    for variable in contract.variables.values():
        told = found[variable.name]
        value = result.values.get(variable.name)
        if value is not None:
            text = _complaint(variable, value)
            if text is not None:
                told.append(_of_value(variable, value, text))
        elif not told and (because := _missing(variable, result.values)) is not None:
            told.append(_missing_problem(variable, because, sources))
        for problem in told:
            (result.warnings if problem.warning else result.problems).append(problem)


def _of_value(variable: Variable, value: Value, text: str) -> Problem:
    return Problem(f"{value.place}{text}", variable=variable.name, file=value.file, line=value.line)


def _complaint(variable: Variable, value: Value) -> str | None:
    if value.source is not None and len(variable.name) + 1 + len(value.data) > STRING_MAX:
        return "is longer than 128 KiB"
    if variable.type in {"int", "port"} and value.data.startswith(_LINKS):
        return (
            f"is a Kubernetes service link, not {expects(variable.type)}; "
            "rename the service or set enableServiceLinks: false"
        )
    text = value.data.decode("utf-8", "surrogateescape")
    # Hardly any value has a complaint: whether it is hidden is asked only then.
    told = complaint(variable, text, hidden=True)
    return told if told is None or hides(variable) else complaint(variable, text, hidden=False)


def _missing(variable: Variable, values: Mapping[str, Value]) -> str | None:
    """Return why a variable without a value must have one, or None if it need not."""
    if variable.required or (
        variable.required is None and variable.default is None and variable.required_if is None
    ):
        return ""
    if variable.required_if is None:
        return None
    name, equals, wanted = variable.required_if.partition("=")
    value = values.get(name)
    if value is None or (equals and value.data != wanted.encode("utf-8", "surrogateescape")):
        return None
    return f"; {plain(name)} requires it"


def _missing_problem(variable: Variable, because: str, sources: Sources) -> Problem:
    candidates = (
        name
        for names in (sources.process, sources.env_files)
        for name in names
        if name not in sources.names
    )
    near = _nearest(variable.name, candidates)
    return Problem(f"is missing{because}{_advice(near)}", variable=variable.name)


def _nearest(name: str, candidates: Iterable[str]) -> str | None:
    from tinyinit.base.distance import nearest  # only if something is wrong

    return nearest(name, candidates)


def _advice(near: str | None) -> str:
    return "" if near is None else f"; did you mean {plain(near)}?"


def _check_undeclared(contract: Contract, sources: Sources, result: Result) -> None:
    if not contract.prefix or contract.unknown == "ignore":
        return
    warning = contract.unknown == "warn"
    told = result.warnings if warning else result.problems
    names = {**sources.env_files, **sources.process}
    for name in sorted(names, key=lambda name: name.encode("utf-8", "surrogateescape")):
        if not name.startswith(contract.prefix) or name in sources.names:
            continue
        value = names[name]
        near = _nearest(name, contract.variables)
        text = f"{value.place}is not declared{_advice(near)}"
        told.append(Problem(text, variable=name, file=value.file, line=value.line, warning=warning))


def _environment(
    contract: Contract, sources: Sources, values: Mapping[str, Value]
) -> dict[bytes, bytes]:
    environment: dict[str, bytes] = {}
    for name, value in sources.process.items():
        if not sources.names.names_file(name):
            environment[name] = values.get(name, value).data
    for variable in contract.variables:
        if variable in values:
            environment[variable] = values[variable].data
    for name, value in sources.env_files.items():
        if name not in contract.variables and not sources.names.names_file(name):
            environment.setdefault(name, value.data)
    return {name.encode("utf-8", "surrogateescape"): data for name, data in environment.items()}
