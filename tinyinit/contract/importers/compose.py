"""The `environment:` of one service of a compose file, with its secrets."""

from __future__ import annotations

import importlib
import re
from typing import TypeGuard

from tinyinit.base.text import is_name
from tinyinit.contract.importers.draft import Draft, SourceError
from tinyinit.contract.model import Variable

FOLDER = "/run/secrets"
# $$ is a dollar; ${NAME}, $NAME and ${NAME:-text} are filled in by compose.
_FILLED = re.compile(r"\$(?:\$|\{([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-?+])(.*))?\}|([A-Za-z_]\w*))")


def read_compose(text: str, source: str, service: str | None = None) -> Draft:
    """Return the contract of a service; it need not be named if there is only one."""
    name, found = _service(_load(text, source), source, service)
    draft = Draft(source)
    for variable, value in _environment(found.get("environment"), name, source):
        _add(draft, variable, value)
    _secrets(draft, found.get("secrets"))
    for key in ("env_file", "extends"):
        if key in found:
            draft.note(f"{name}.{key}", "is another file; import it by itself")
    if any(variable.type != "string" for variable in draft.contract.variables.values()):
        draft.note(source, "has no types; they are guessed from its values")
    return draft.settled()


def _load(text: str, source: str) -> object:
    try:
        yaml = importlib.import_module("yaml")
    except ImportError:
        raise SourceError(
            f"{source} is YAML, which needs PyYAML to read: pip install pyyaml"
        ) from None
    try:
        content: object = yaml.safe_load(text)
    except yaml.YAMLError as error:
        # Its text has the lines around the mistake, which may have a secret.
        mark = getattr(error, "problem_mark", None)
        where = f"{source}:{mark.line + 1}" if mark is not None else source
        raise SourceError(f"{where} is not YAML that can be read") from None
    return content


def _is_table(value: object) -> TypeGuard[dict[object, object]]:
    return isinstance(value, dict)


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)


def _service(content: object, source: str, wanted: str | None) -> tuple[str, dict[object, object]]:
    services = content.get("services") if _is_table(content) else None
    if not _is_table(services) or not services:
        raise SourceError(f"{source} has no services: it is not a compose file")
    names = [str(name) for name in services]
    if wanted is None and len(names) > 1:
        raise SourceError(
            f"{source} has {len(names)} services; say which with --service: {', '.join(names)}"
        )
    name = names[0] if wanted is None else wanted
    if name not in names:
        raise SourceError(f'{source} has no service "{name}"; it has {", ".join(names)}')
    found = services[name]
    return name, found if _is_table(found) else {}


def _environment(content: object, service: str, source: str) -> list[tuple[str, object]]:
    """Return the names with their values; None is a value that compose passes through."""
    if content is None:
        return []
    if _is_table(content):
        return [(str(name), value) for name, value in content.items()]
    if _is_list(content):
        parts = (str(item).partition("=") for item in content)
        return [(name, value if mark else None) for name, mark, value in parts]
    raise SourceError(f"{source}: environment of {service} is neither a table nor a list")


def _add(draft: Draft, name: str, value: object) -> None:
    base = name.removesuffix("_FILE")
    if value is None:
        draft.note(name, "is passed through by compose, set or not; it is required here")
        draft.add(Variable(name))
        return
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if base != name and text.startswith("/") and is_name(base):
        draft.add(Variable(base, secret=True))
        return
    whole = _FILLED.fullmatch(text)
    if whole and whole[2] in {"-", ":-"} and "$" not in whole[3]:
        draft.add_sample(name, whole[3], is_default=True)
    elif any(found[1] or found[4] for found in _FILLED.finditer(text)):
        if whole is None or whole[2] in {"+", ":+", "-", ":-"}:
            draft.note(name, "is made by compose of other variables; its example was left out")
        elif whole[2] is None:
            draft.note(name, "may be empty in compose; it is required here")
        kind = "url" if "://" in text else "string"
        draft.add(Variable(name, type=kind, secret=kind == "url" and "@" in text))
    else:
        draft.add_sample(name, text.replace("$$", "$"))


def _secrets(draft: Draft, content: object) -> None:
    """Add those that are mounted and that no `…_FILE` names, for the secrets folder."""
    if not _is_list(content):
        return
    for item in content:
        target = (item.get("target") or item.get("source")) if _is_table(item) else item
        name = str(target).upper()
        if "/" in name or not is_name(name):
            draft.note(str(target), "is a secret whose name cannot be a variable's; use NAME_FILE")
        elif name not in draft.contract.variables:
            draft.add(Variable(name, secret=True))
            draft.contract.secrets = FOLDER
