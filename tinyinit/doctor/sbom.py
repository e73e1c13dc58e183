"""The packages of an image as CycloneDX, written by cyclonedx-python-lib (extra `[sbom]`).

Read by Dependency-Track, Grype, Trivy, OSV-Scanner. Source of the formats: apk's installed
database, dpkg's status file, the core metadata of Python packages.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from tinyinit.doctor.facts._image import os_release
from tinyinit.doctor.facts._inside import look

if TYPE_CHECKING:
    from collections.abc import Iterator

_LIMIT = 64 << 20
_HEAD = 64 << 10
_PYTHON = (
    "/usr/lib",
    "/usr/local/lib",
    "/opt",
    "/app",
    "/srv",
    "/home",
    "/root",
    "/venv",
    "/.venv",
)
_DEPTH = 7
_SECONDS = 120


class SbomError(Exception):
    """A list that cannot be made; the text is one line."""


class Package(NamedTuple):
    """One installed package."""

    kind: str
    """`apk`, `deb` or `pypi`: the type of its package URL."""
    name: str
    version: str
    architecture: str = ""


class Contents(NamedTuple):
    """What an image has."""

    os: str
    os_version: str
    packages: tuple[Package, ...]


def read(pid: int, root: str = "/") -> Contents:
    """Return the packages in the file system of a process. Raises SbomError."""
    try:
        seen = look(root.rstrip("/"), pid, _see, _SECONDS)
    except OSError as error:
        raise SbomError(
            f"the files of process {pid} cannot be read: {error.strerror or error}; run as root"
        ) from error
    if seen is None:
        raise SbomError(f"the files of process {pid} cannot be read; run as root")
    packages = sorted({Package(*one) for one in seen["packages"]})
    return Contents(seen["os"].get("ID", ""), seen["os"].get("VERSION_ID", ""), tuple(packages))


def _see(top: str) -> dict[str, object]:
    packages = [*_apk(top), *_dpkg(top), *_python(top)]
    return {"os": os_release(top) or {}, "packages": [list(one) for one in packages]}


def _text(path: str, limit: int = _LIMIT) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(limit)
    except OSError:
        return ""


def _apk(top: str) -> Iterator[Package]:
    text = _text(f"{top}/lib/apk/db/installed") or _text(f"{top}/usr/lib/apk/db/installed")
    for block in text.split("\n\n"):
        fields = dict(line.split(":", 1) for line in block.split("\n") if line[1:2] == ":")
        if fields.get("P") and fields.get("V"):
            yield Package("apk", fields["P"], fields["V"], fields.get("A", ""))


def _dpkg(top: str) -> Iterator[Package]:
    texts = [_text(f"{top}/var/lib/dpkg/status")]
    # Distroless images have a file for each package.
    folder = f"{top}/var/lib/dpkg/status.d"
    texts += [_text(f"{folder}/{name}") for name in _names(folder) if not name.endswith(".md5sums")]
    for text in texts:
        for block in text.split("\n\n"):
            fields = _fields(block)
            installed = fields.get("Status", "install ok installed").endswith(" installed")
            if installed and fields.get("Package") and fields.get("Version"):
                architecture = fields.get("Architecture", "")
                yield Package("deb", fields["Package"], fields["Version"], architecture)


def _python(top: str) -> Iterator[Package]:
    waiting = [(folder, 0) for folder in _PYTHON]
    while waiting:
        folder, depth = waiting.pop()
        for name in _names(f"{top}{folder}"):
            path = f"{folder}/{name}"
            if name.endswith((".dist-info", ".egg-info")):
                file = "METADATA" if name.endswith(".dist-info") else "PKG-INFO"
                fields = _fields(_text(f"{top}{path}/{file}", _HEAD).split("\n\n", 1)[0])
                if fields.get("Name") and fields.get("Version"):
                    yield Package("pypi", fields["Name"].lower(), fields["Version"])
            elif depth < _DEPTH and _is_folder(f"{top}{path}") and "node_modules" not in name:
                waiting.append((path, depth + 1))


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _is_folder(path: str) -> bool:
    return os.path.isdir(path) and not os.path.islink(path)


def _fields(block: str) -> dict[str, str]:
    lines = (line.partition(": ") for line in block.split("\n") if line[:1] not in ("", " ", "\t"))
    return {name: value.strip() for name, colon, value in lines if colon}


def to_json(contents: Contents, target: str) -> str:
    """Return CycloneDX 1.5. Raises SbomError where the library is not installed."""
    from importlib import import_module  # beside its only use

    try:
        # Their types are made by decorators that type checkers see differently: Any.
        model: Any = import_module("cyclonedx.model.component")
        bom: Any = import_module("cyclonedx.model.bom").Bom()
        output: Any = import_module("cyclonedx.output.json")
        urls: Any = import_module("packageurl")
    except ImportError as error:
        raise SbomError(
            "--sbom needs cyclonedx-python-lib; pip install 'tinyinit[sbom]'"
        ) from error
    make, kinds = model.Component, model.ComponentType
    bom.metadata.component = make(name=target, type=kinds.CONTAINER, bom_ref="image")
    if contents.os:
        bom.components.add(
            make(
                name=contents.os,
                version=contents.os_version or None,
                type=kinds.OPERATING_SYSTEM,
                bom_ref="os",
            )
        )
    distro = f"{contents.os}-{contents.os_version}"
    for one in contents.packages:
        qualifiers = {"arch": one.architecture} if one.architecture else {}
        if one.kind != "pypi":
            qualifiers["distro"] = distro
        url = urls.PackageURL(
            type=one.kind,
            namespace=None if one.kind == "pypi" else contents.os,
            name=one.name,
            version=one.version,
            qualifiers=qualifiers,
        )
        bom.components.add(
            make(
                name=one.name,
                version=one.version,
                type=kinds.LIBRARY,
                purl=url,
                bom_ref=url.to_string(),
            )
        )
    bom.register_dependency(bom.metadata.component, bom.components)
    text: str = output.JsonV1Dot5(bom).output_as_string(indent=1)
    return text + "\n"
