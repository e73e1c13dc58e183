"""Contracts, env files, files of values and environments: valid, nearly valid and hostile ones.

All of it follows from a seed, so that a case can be made again.
"""

import os
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.contract.texts import SAMPLES

PORT, NAME_LENGTH_MAX = 8000, 255

NAMES = (
    *("APP_PORT", "APP_PROT", "APP_WORKERS", "APP_WROKERS", "APP_DATABASE_URL", "APP_DATABSE_URL"),
    *("APP_API_KEY", "APP_API_KEY_FILE", "DB_PASSWORD", "app_lower", "TZ", "A", "_", "WEB_1"),
    *("APP_TLS", "APP_TLS_FILE", "APP_HOST", "APP_HOSTS", "N" * NAME_LENGTH_MAX),
)
#: Not of a variable, mostly.
OTHER_NAMES = (
    *("PATH", "HOME", "APP_", "APP_OTHER", "APP_PORTS", "APP_K\u00e4se", "APP_\x1b[31m", "1A"),
    *("APP_WORKER", "app_api_key", "", "APP PORT", "APP_\udcff", "N" * (NAME_LENGTH_MAX + 1)),
)
HIDDEN = frozenset(("APP_API_KEY", "DB_PASSWORD"))
BYTES = b"\0\x01\n\r\t\"'\\$#=[]{}.,-_ \x7f\x80\xff\xe2\x80\xa8aA1"


class Case(NamedTuple):
    """What both readers are asked, and what neither may show."""

    contract: bytes
    environ: dict[str, bytes]
    secrets: list[str]


class Files(NamedTuple):
    """A folder of files, and what in it is secret."""

    env_files: list[str]
    values: list[str]
    secret_values: list[str]
    folders: list[str]
    secrets: list[str]


def token(random: Random) -> str:
    """Return a secret whose parts are in no report by chance."""
    return "".join(random.choice("qzjkvQZJKV") for _ in range(random.choice((12, 20))))


def value(random: Random, kind: str = "") -> bytes:
    """Return a value, of a type if one is given, and mostly one that fits it."""
    if random.random() < 0.1:
        kind = ""
    text = random.choice(SAMPLES[kind or random.choice(tuple(SAMPLES))])
    data = text.encode("utf-8", "surrogateescape").replace(b"\0", b"")
    if random.random() < 0.05:
        data = mutated(random, data).replace(b"\0", b"")
    return data if len(data) < 4000 or random.random() < 0.05 else data[:50]


def mutated(random: Random, data: bytes) -> bytes:
    """Return it with a few bytes changed, added or lost."""
    changed = bytearray(data)
    for _ in range(random.randint(1, 3)):
        at = random.randrange(len(changed) + 1)
        changed[at : at + random.randint(0, 2)] = bytes(
            random.choices(BYTES, k=random.randint(0, 2))
        )
    return bytes(changed)


# Files


def make_files(random: Random, folder: Path) -> Files:
    """Make files that the cases of one batch share."""
    made = Files([], [], [], [], [])
    for number in range(4):
        path = folder / f"{number}.env"
        path.write_bytes(_env_file(random, made.secrets))
        made.env_files.append(str(path))
    made.env_files.extend([str(folder / "missing.env"), str(folder), ""])
    for number in range(4):
        path = folder / f"value{number}"
        path.write_bytes(value(random) + random.choice((b"", b"\n")))
        made.values.append(str(path))
        path = folder / f"secret{number}"
        path.write_bytes(_secret_value(random, made.secrets))
        made.secret_values.append(str(path))
    os.mkfifo(folder / "fifo")
    made.secret_values.append(str(folder / "missing"))
    made.values.extend([str(folder / "missing"), str(folder), str(folder / "fifo"), "relative"])
    for number in range(2):
        made.folders.append(_secrets_folder(random, folder / f"secrets{number}", made.secrets))
    made.folders.extend([str(folder / "none"), made.folders[0] + "//", made.values[0]])
    return made


def _env_file(random: Random, secrets: list[str]) -> bytes:
    lines: list[bytes] = []
    own: list[str] = []
    for _ in range(random.randint(0, 5)):
        name = random.choice(NAMES + OTHER_NAMES if random.random() < 0.1 else NAMES)
        text = value(random)
        if name in HIDDEN:
            own.append(token(random))
            text = own[-1].encode()
        quote = random.choice((b"", b"", b"'", b'"'))
        lines.append(name.encode("utf-8", "surrogateescape") + b"=" + quote + text + quote)
    data = random.choice((b"\n", b"\n", b"\r\n")).join(lines)
    if random.random() < 0.2:
        # Without its line end one may be a part of another's value, which is no secret.
        return mutated(random, data)
    secrets.extend(own)
    return data


def _secret_value(random: Random, secrets: list[str]) -> bytes:
    secrets.append(token(random))
    data = secrets[-1].encode() + random.choice((b"", b"\n", b"\n\n", b"\r\n", b"\n\0"))
    if random.random() < 0.05:
        # About the longest that the kernel takes for DB_PASSWORD and APP_API_KEY.
        return data.strip().ljust(131072 - random.randint(10, 14), b"x")
    return data


def _secrets_folder(random: Random, folder: Path, secrets: list[str]) -> str:
    """Lay a folder out as docker does or, with links, as Kubernetes."""
    real = folder / "..2026" if random.random() < 0.5 else folder
    real.mkdir(parents=True)
    if real != folder:
        (folder / "..data").symlink_to("..2026")
    for name in random.sample(NAMES[:-1], 5):
        file = name.lower() if random.random() < 0.5 else name
        if (real / file).exists():
            continue
        if random.random() < 0.1:
            (real / file).mkdir()
        elif random.random() < 0.1:
            os.mkfifo(real / file)
        else:
            # Whoever asks for the name may show it, unless it is hidden: then it is a secret.
            data = _secret_value(random, secrets) if name in HIDDEN else value(random)
            (real / file).write_bytes(data)
        if real != folder:
            (folder / file).symlink_to(Path("..data", file))
    return str(folder)


# Contracts


def _quoted(text: str) -> str:
    escaped = "".join(
        f"\\u{ord(c):04x}" if ord(c) < 0x20 or c in '"\\\x7f' else c for c in text if c != "\0"
    )
    return f'"{escaped}"'


def _text(random: Random, kind: str) -> str:
    text = value(random, kind).decode("utf-8", "replace")
    return text if len(text) < 200 or random.random() < 0.02 else text[:20]


def _default(random: Random, kind: str) -> str:
    text = _text(random, kind)
    plain = {"int", "float", "bool", "port"}
    if kind == "list" and random.random() < 0.5:
        return f"[{', '.join(map(_quoted, text.split(',')))}]"
    if kind in plain and random.random() < 0.5 and text.isascii() and text.isalnum():
        return text.lower()
    return _quoted(text)


def _rule(random: Random, kind: str, names: tuple[str, ...]) -> tuple[str, str]:
    """Return a key that mostly goes with the type, and its value."""
    number = str(random.randint(-2, 90))
    texts = [_quoted(_text(random, kind)) for _ in range(random.randint(1, 3))]
    array = f"[{', '.join(texts)}]"
    of_type = {
        "int": (("min", number), ("max", number), ("choices", "[1, 2, 80]"), ("choices", array)),
        "float": (("min", "0.5"), ("max", "1e3")),
        "port": (("min", "80"), ("max", "8000")),
        "duration": (("min", '"1s"'), ("max", '"1h"')),
        "size": (("min", '"1k"'), ("max", "4096")),
        "string": (
            *(("min_length", "0"), ("min_length", number), ("max_length", number)),
            *(("pattern", "'[a-z]+'"), ("pattern", "'(a|b)*x{2,3}'"), ("choices", array)),
            ("pattern", array if random.random() < 0.1 else "'[[:alpha:]k\u00e4]*'"),
        ),
        "list": (
            *(("items", '"int"'), ("items", '"port"'), ("separator", '";"'), ("min_length", "2")),
            ("max_length", number),
        ),
        "url": (("schemes", '["http", "postgresql"]'),),
        "path": tuple(("must", f'"{word}"') for word in ("exists", "file", "dir", "writable")),
    }
    other = (
        *(("required", "true"), ("required", "false"), ("secret", "true"), ("secret", "false")),
        *(("required_if", _quoted(random.choice(names))), ("description", '"what it is"')),
        *(("required_if", _quoted(f"{random.choice(names)}={_text(random, kind)}")),),
        ("example", '"x"'),
        *(("aliases", f"[{_quoted(random.choice(NAMES))}]"), ("aliases", "[]")),
        *(("aliases", f"[{', '.join(map(_quoted, random.sample(NAMES, 2)))}]"),),
        *(("default", _default(random, kind)), ("default", _default(random, kind))),
        *(("requird", "1"), ("descripton", '"x"'), ("min", number), ("secret", '"yes"')),
        ("aliases", _quoted(random.choice(NAMES))),
    )
    if kind in of_type and random.random() < 0.4:
        return random.choice(of_type[kind])
    return random.choice(other[:-5] if random.random() < 0.97 else other)


def _variable(random: Random, name: str, names: tuple[str, ...]) -> list[str]:
    kind = random.choice((*SAMPLES, "string", "port", "int"))
    keys = {"type": f'"{kind}"'} if kind != "string" or random.random() < 0.5 else {}
    for _ in range(random.randint(0, 3)):
        key, said = _rule(random, kind, names)
        keys[key] = said
    return [f"[var.{name}]", *(f"{key} = {said}" for key, said in keys.items())]


_OPTIONS = (
    *(
        'grace = "10s"',
        "grace = 5",
        'grace = "fast"',
        'grce = "1s"',
        "quiet = true",
        'log = "json"',
    ),
    *(
        'ulimit = ["nofile=1024", "core=0"]',
        'ulimit = ["nofile=1", "nofile=2"]',
        "success = [1, 2]",
    ),
    *('ulimit = "nofile=2:1"', 'ulimit = "as=4G,cpu=1k"', 'ulimit = ["x", "x=1"]', "success = 256"),
    *(
        'rewrite = "HUP:USR1,INT:0"',
        'rewrite = ["HUP:USR1", "HUP:USR2"]',
        'rewrite = "HUP:USR1,1:2"',
    ),
    *(
        'rewrite = "KILL:TERM"',
        'rewrite = "A:B"',
        'rewrite = "INT:x"',
        'user = "app:app"',
        'user = ""',
    ),
    *('user = "a:b:c"', 'stop-signal = "RTMIN+3"', 'stop-signal = "RTMAX-31"', "stop-signal = 9"),
    *(
        'stop-signal = "sigio"',
        'parent-death = "off"',
        'stack = "16M"',
        'stack = "8m"',
        "stack = 1",
    ),
    *('stack = "x"', "stack = false", "drain = 1.5", 'drain = ["1s"]', "config = 1", "verbose = 2"),
    *('success = "1,x\u00e4"', f'success = "{"7" * 62}\u00e4"', 'parent-death = "rtmin+40"'),
)


def make_contract(random: Random, files: Files) -> bytes:
    """Return a contract, mostly a valid one."""
    names = tuple(random.sample(NAMES, random.randint(0, 6)))
    lines: list[str] = []
    if random.random() < 0.1:
        lines += ["[init]", *random.sample(_OPTIONS, random.randint(0, 2))]
    if random.random() < 0.8:
        lines.append("[env]")
        if random.random() < 0.6:
            env_files = random.choices(files.env_files[:5], k=random.randint(1, 2))
            if random.random() < 0.05:
                env_files.append(random.choice(files.env_files))
            marked = [random.choice(("", "?")) + file for file in env_files]
            lines.append(f"files = [{', '.join(map(_quoted, marked))}]")
        if random.random() < 0.5:
            lines.append(f"secrets = {_quoted(random.choice(files.folders))}")
        if random.random() < 0.5:
            lines.append(
                f"prefix = {_quoted(random.choice(('APP_', 'APP_', 'A', '', 'N', 'DB_')))}"
            )
        if random.random() < 0.3:
            word = random.choice(("warn", "error", "ignore", "error", "err", ""))
            lines.append(f"unknown = {_quoted(word)}")
    for name in names:
        lines += _variable(random, name, NAMES if random.random() < 0.02 else names)
    data = "".join(f"{line}\n" for line in lines).encode()
    return mutated(random, data) if random.random() < 0.1 else data


# Environments


def make_case(random: Random, files: Files) -> Case:
    """Return a contract and an environment, and the secrets of both."""
    contract = make_contract(random, files)
    secrets = list(files.secrets)
    environ: dict[str, bytes] = {}
    for _ in range(random.randint(0, 8)):
        name = random.choice(NAMES if random.random() < 0.8 else OTHER_NAMES)
        if "\0" in name or "=" in name:
            continue
        if name in HIDDEN:
            secrets.append(token(random))
            environ[name] = b"80" * random.randint(0, 1) + secrets[-1].encode()
        elif name == "APP_API_KEY_FILE":
            environ[name] = random.choice(files.secret_values).encode()
        elif random.random() < 0.1:
            environ[name] = random.choice((b"tcp://10.0.0.1:80", b"udp://x", b"sctp:", b""))
        else:
            environ[name] = value(random)
    for name in random.choices((*NAMES[:-1], "DB_PASSWORD"), k=random.randint(0, 3)):
        if name in HIDDEN:
            path = random.choice(files.secret_values)
            if random.random() < 0.1:  # the secret itself, under the wrong name
                secrets.append(token(random))
                path = secrets[-1] if name == "DB_PASSWORD" else path
            environ.pop(name if random.random() < 0.9 else "", None)
        else:
            path = random.choice(files.values)
            environ.pop(name if random.random() < 0.9 else "", None)
        environ[f"{name}_FILE"] = path.encode()
    return Case(contract, environ, secrets)
