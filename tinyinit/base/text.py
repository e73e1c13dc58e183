"""Names and values from outside, made fit for one line of a terminal or a log."""

_BYTE_FIRST, _BYTE_LAST = 0xDC80, 0xDCFF


def quote(text: str) -> str:
    r"""Return `text` in double quotes, escaped as in JSON; a byte that is not UTF-8 as `\xNN`."""
    return '"' + plain(text.replace("\\", "\\\\").replace('"', '\\"')) + '"'


def plain(text: str) -> str:
    """Return `text` with what does not print escaped."""
    return "".join(char if char.isprintable() else _escape(ord(char)) for char in text)


def _escape(code: int) -> str:
    # os.fsdecode keeps a byte that is not UTF-8 as one of these.
    return f"\\x{code - 0xDC00:02x}" if _BYTE_FIRST <= code <= _BYTE_LAST else f"\\u{code:04x}"
