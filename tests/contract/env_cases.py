"""Env files and what is to be made of them, one for each thing that readers read differently."""

from typing import NamedTuple

UNLIKE = "which readers read differently; use"
SPACE = f"has a space outside quotes, {UNLIKE} single quotes"
HASH = f"has # outside quotes, {UNLIKE} single quotes"
DOLLAR = f"has $ outside quotes, {UNLIKE} single quotes"
DOLLAR_IN_DOUBLE = f"has $ in double quotes, {UNLIKE} single quotes"
BACKSLASH = f"has \\ outside quotes, {UNLIKE} single quotes"
ESCAPE = rf"has a backslash other than \n \t \" \\ in double quotes, {UNLIKE} single quotes"
BESIDE = "has a space next to =; write NAME=value"
NO_SIGN = "has no =; write NAME=value"
NO_NAME = "is not NAME=value; a name has letters, digits and _, no digit first"
AFTER = "has text after its closing quote"
UNCLOSED = "has a quote that is never closed"
CONTROL = "has a control character"


class Taken(NamedTuple):
    """A file that is read, and its variables: NAME, value, line."""

    what: str
    data: bytes
    variables: list[tuple[str, bytes, int]]


class Refused(NamedTuple):
    """A file that is not read, and its problems with their lines."""

    what: str
    data: bytes
    problems: list[tuple[int, str]]


TAKEN = [
    Taken("nothing", b"", []),
    Taken("only blank lines and comments", b"\n  \n# A=b\n\t# it's\n", []),
    Taken("plain", b"A=b\n", [("A", b"b", 1)]),
    Taken("no newline at the end", b"A=b", [("A", b"b", 1)]),
    Taken("spaces before the name", b"  \tA=b\n", [("A", b"b", 1)]),
    Taken("spaces at the end", b"A=b  \t\n", [("A", b"b", 1)]),
    Taken("empty", b"A=\nB=\n", [("A", b"", 1), ("B", b"", 2)]),
    Taken("empty in quotes", b"A=\"\"\nB=''\n", [("A", b"", 1), ("B", b"", 2)]),
    Taken("= in the value", b"A=b=c==\nB==\n", [("A", b"b=c==", 1), ("B", b"=", 2)]),
    Taken("export", b"export A=b\nexport\t B=c\n", [("A", b"b", 1), ("B", b"c", 2)]),
    Taken("a variable named export", b"export=b\n", [("export", b"b", 1)]),
    Taken("a name that begins with export", b"exported=b\n", [("exported", b"b", 1)]),
    Taken("double quotes", b'A="b c"\n', [("A", b"b c", 1)]),
    Taken("single quotes", b"A='b c'\n", [("A", b"b c", 1)]),
    Taken("the other quote inside", b"A='\"'\nB=\"it's\"\n", [("A", b'"', 1), ("B", b"it's", 2)]),
    Taken("spaces inside of quotes", b"A=' b '\n", [("A", b" b ", 1)]),
    Taken("a backtick inside of quotes", b"A='`b`'\nB=\"`\"\n", [("A", b"`b`", 1), ("B", b"`", 2)]),
    Taken("a comment after a space", b"A=b #c\nB=c # d#\n", [("A", b"b", 1), ("B", b"c", 2)]),
    Taken("a comment after a tab and a space", b"A=b\t #c\n", [("A", b"b", 1)]),
    Taken("# in double quotes", b'A="b #c"\n', [("A", b"b #c", 1)]),
    Taken("# in single quotes", b"A='#'\n", [("A", b"#", 1)]),
    Taken("a comment after single quotes", b"A='b' #c's\n", [("A", b"b", 1)]),
    Taken("a comment after double quotes", b'A="b"\t#"c\n', [("A", b"b", 1)]),
    Taken("a newline as \\n", b'A="b\\nc"\n', [("A", b"b\nc", 1)]),
    Taken("a tab as \\t", b'A="b\\tc"\n', [("A", b"b\tc", 1)]),
    Taken('\\"', b'A="b\\"c"\n', [("A", b'b"c', 1)]),
    Taken("\\\\", b'A="b\\\\c\\\\n\\\\\\n"\n', [("A", b"b\\c\\n\\\n", 1)]),
    Taken("\\\\ at the end", b'A="b\\\\"\nC="1"\n', [("A", b"b\\", 1), ("C", b"1", 2)]),
    Taken(
        "a path of Windows in double quotes", b'A="C:\\new\\table"\n', [("A", b"C:\new\table", 1)]
    ),
    Taken("\\n in single quotes", b"A='b\\nc'\n", [("A", b"b\\nc", 1)]),
    Taken("double quotes over lines", b'A="b\nc"\nC=1\n', [("A", b"b\nc", 1), ("C", b"1", 3)]),
    Taken("single quotes over lines", b"A='b\n\n'\nC=1\n", [("A", b"b\n\n", 1), ("C", b"1", 4)]),
    Taken("what looks like a line, in quotes", b"A='\nB=1\n#'\n", [("A", b"\nB=1\n#", 1)]),
    Taken("a backslash at a line's end", b"A='b\\\nc'\n", [("A", b"b\\\nc", 1)]),
    Taken("a path of Windows", b"A='C:\\new\\table'\n", [("A", b"C:\\new\\table", 1)]),
    Taken("$ in single quotes", b"A='pa$$w$x $('\n", [("A", b"pa$$w$x $(", 1)]),
    Taken("$ at the end of single quotes", b"A='$'\n", [("A", b"$", 1)]),
    Taken(
        "what only a shell reads differently",
        b"A=b;c\nB=~/x\nC=*\nD=http://x/?a=1&b=2\nE=(!|<>)\nF={}[]^%\n",
        [
            ("A", b"b;c", 1),
            ("B", b"~/x", 2),
            ("C", b"*", 3),
            ("D", b"http://x/?a=1&b=2", 4),
            ("E", b"(!|<>)", 5),
            ("F", b"{}[]^%", 6),
        ],
    ),
    Taken("JSON in quotes", b'A=\'{"x": "y"}\'\n', [("A", b'{"x": "y"}', 1)]),
    Taken("a byte order mark", b"\xef\xbb\xbfA=b\nC=1\n", [("A", b"b", 1), ("C", b"1", 2)]),
    Taken("CRLF", b"A=b\r\nC=1 \r\nD=\r\n\r\n", [("A", b"b", 1), ("C", b"1", 2), ("D", b"", 3)]),
    Taken("CRLF after quotes", b"A=\"b\"\r\nC='1' #\r\n", [("A", b"b", 1), ("C", b"1", 2)]),
    Taken("CRLF inside of quotes is LF", b'A="b\r\nc"\r\nC=1', [("A", b"b\nc", 1), ("C", b"1", 3)]),
    Taken("other letters", "A=Zürich…\n".encode(), [("A", "Zürich…".encode(), 1)]),
    Taken("odd spaces in quotes", "A='\xa0b\u2003'\n".encode(), [("A", "\xa0b\u2003".encode(), 1)]),
    Taken("a name of 255 bytes", b"%b=b\n" % (b"N" * 255), [("N" * 255, b"b", 1)]),
    Taken("the longest value", b"AB=%b\n" % (b"b" * 131_068), [("AB", b"b" * 131_068, 1)]),
    Taken(
        "1,000 variables",
        b"".join(b"A%d=%d\n" % (i, i) for i in range(1000)),
        [(f"A{i}", b"%d" % i, i + 1) for i in range(1000)],
    ),
]

REFUSED = [
    Refused("spaces around =", b"A = b\n", [(1, BESIDE)]),
    Refused("a space after =", b"A= b\n", [(1, BESIDE)]),
    Refused("a tab after =", b"A=\tb\n", [(1, BESIDE)]),
    Refused("a space before =", b"A ='b\nc'\nB=\n", [(1, BESIDE)]),
    Refused("a value of spaces", b"A=   \nC=1\n", [(1, BESIDE)]),
    Refused("a comment for a value", b"A= #c\n", [(1, BESIDE)]),
    Refused("export without =", b"export A\n", [(1, NO_SIGN)]),
    Refused(
        "export alone", b"export\nexport \nexport =b", [(1, NO_SIGN), (2, NO_SIGN), (3, BESIDE)]
    ),
    Refused("no =", b"A\nC=1\nD #=\n", [(1, NO_SIGN), (3, NO_SIGN)]),
    Refused("words", b"A b\nA b=c\nexport A B=c\n", [(1, NO_NAME), (2, NO_NAME), (3, NO_NAME)]),
    Refused("a colon", b"A: b\nC=1\n", [(1, NO_NAME)]),
    Refused("- and . in a name", b"A-B=c\nA.B=d\n", [(1, NO_NAME), (2, NO_NAME)]),
    Refused("a letter that is not ASCII", "Ä=b\n".encode(), [(1, NO_NAME)]),
    Refused("a digit first", b"1A=c\nC=1\n", [(1, NO_NAME)]),
    Refused("no name", b"=b\nC=1\n", [(1, NO_NAME)]),
    Refused("a name in quotes", b"'A'=b\nC=1\n", [(1, NO_NAME)]),
    Refused("a comment with ;", b"; hi\nA=b\n", [(1, NO_NAME)]),
    Refused("a line of an odd space", b"A=b\n\xc2\xa0\n", [(2, NO_NAME)]),
    Refused("a second byte order mark", b"\xef\xbb\xbf\xef\xbb\xbfA=b\n", [(1, NO_NAME)]),
    Refused("the same name twice", b"A=b\nB=1\nA=b\n", [(3, "sets the same name as line 1")]),
    Refused(
        "a name over 255 bytes", b"%b=b\n" % (b"N" * 256), [(1, "has a name longer than 255 bytes")]
    ),
    Refused("a space inside", b"A=b c\n", [(1, SPACE)]),
    Refused("a tab inside", b"A=b\tc\n", [(1, SPACE)]),
    Refused("an odd space at the end", b"A=b\xc2\xa0\n", [(1, SPACE)]),
    Refused("NEL", b"A=b\xc2\x85\n", [(1, SPACE)]),
    Refused(
        "a space of another script", "A=b\u3000\nB=\u2009\n".encode(), [(1, SPACE), (2, SPACE)]
    ),
    Refused("# without a space", b"A=b#c\n", [(1, HASH)]),
    Refused("# after a tab", b"A=b\t#c\nB=b \t#\n", [(1, HASH), (2, HASH)]),
    Refused("# at once", b"A=#c\n", [(1, HASH)]),
    Refused("backticks", b"A=`b c`\n", [(1, HASH.replace("#", "`"))]),
    Refused("a quote inside", b'A=b"c"\n', [(1, HASH.replace("#", '"'))]),
    Refused("JSON", b'A={"x": "y"}\n', [(1, HASH.replace("#", '"'))]),
    Refused(
        "an apostrophe",
        b"A=it's\n",
        [(1, f"has ' outside quotes, {UNLIKE} double quotes")],
    ),
    Refused("a backslash", b"A=b\\nc\n", [(1, BACKSLASH)]),
    Refused("a line that goes on", b"A=b\\\nC=1\n", [(1, BACKSLASH)]),
    Refused("$B", b"B=bb\nA=$B\n", [(2, DOLLAR)]),
    Refused("${B}", b"B=bb\nA=${B}\n", [(2, DOLLAR)]),
    Refused("${UNSET:-def}", b"A=${UNSET:-def}\n", [(1, DOLLAR)]),
    Refused("${UNSET-def}", b"A=${UNSET-def}\n", [(1, DOLLAR)]),
    Refused("${EMPTY:-def}", b"EMPTY=\nA=${EMPTY:-def}\n", [(2, DOLLAR)]),
    Refused("${B:+alt}", b"B=bb\nA=${B:+alt}\n", [(2, DOLLAR)]),
    Refused("${UNSET:?boom}", b"A=${UNSET:?boom}\nC=1\n", [(1, DOLLAR)]),
    Refused("${U:-${B}}", b"B=bb\nA=${UNSET:-${B}}\n", [(2, DOLLAR)]),
    Refused("$$", b"A=pa$$word\n", [(1, DOLLAR)]),
    Refused("a password with $", b"A=pa$word\n", [(1, DOLLAR)]),
    Refused("a command", b"A=$(echo hi)\n", [(1, DOLLAR)]),
    Refused("a variable of the process", b"PATH=x\nA=${PATH}\n", [(2, DOLLAR)]),
    Refused("${B} in double quotes", b'B=bb\nA="${B}"\n', [(2, DOLLAR_IN_DOUBLE)]),
    Refused("\\${B} in double quotes", b'B=bb\nA="\\${B}"\n', [(2, ESCAPE)]),
    Refused(
        "${B} in single quotes",
        b"B=bb\nA='${B}'\n",
        [(2, f"has ${{ in single quotes, {UNLIKE} a file (NAME_FILE)")],
    ),
    Refused("other escapes", b'A="\\x41"\nB="\\u0041"\n', [(i, ESCAPE) for i in (1, 2)]),
    Refused("an escaped newline in double quotes", b'A="b\\\r\nc"\n', [(1, ESCAPE)]),
    Refused("an escape in the third line", b'A="b\nc\n\\r\n"\nB=$', [(3, ESCAPE), (5, DOLLAR)]),
    Refused(
        "\\' in single quotes",
        b"A='b\\'c'\nC=1\n",
        [(1, f"has \\' in single quotes, {UNLIKE} double quotes")],
    ),
    Refused(
        "\\\\ in single quotes",
        b"A='b\\\\'\nC=1\n",
        [(1, f"has \\\\ in single quotes, {UNLIKE} a file (NAME_FILE)")],
    ),
    Refused("# glued to the quote", b'A="b"#c\n', [(1, AFTER)]),
    Refused("a word after the quote", b'A="b" c\nC=1\n', [(1, AFTER)]),
    Refused("glued to the quote", b'A="b"c\nC=1\n', [(1, AFTER)]),
    Refused("an odd space after the quote", b'A="b"\xc2\xa0\n', [(1, AFTER)]),
    Refused("a quote that another line closes", b'A="b\nC="1"\nD=$', [(1, AFTER), (3, DOLLAR)]),
    Refused("a quote that is not closed", b'A="b\nC=1\n', [(1, UNCLOSED)]),
    Refused("a quote that is all", b"A='", [(1, UNCLOSED)]),
    Refused(
        "a key over lines",
        b"A=-----BEGIN X-----\nabc=\n-----END X-----\nC=1\n",
        [(1, SPACE), (3, NO_NAME)],
    ),
    Refused(
        "a byte that is not UTF-8",
        b"A=\xff\nC=$\nD=\xe2\x82",
        [(1, "has a byte that is not UTF-8"), (3, "has a byte that is not UTF-8")],
    ),
    Refused("NUL", b"A=b\0c\nC=1\n", [(1, "has a NUL byte")]),
    Refused("a lone CR", b"A=b\rC=1\n", [(1, CONTROL)]),
    Refused("a CR too many", b"A=b\r\r\n#\r", [(1, CONTROL), (2, CONTROL)]),
    Refused("ESC and DEL", b"A='\x1b'\n#\x7f\n", [(1, CONTROL), (2, CONTROL)]),
    Refused(
        "a line separator",
        "#\u2028A=b\nB='\u2029'\n".encode(),
        [(i, "has U+2028 or U+2029, which readers read differently") for i in (1, 2)],
    ),
    Refused(
        "a value over the kernel's limit",
        b"AB=%b\n" % (b"b" * 131_069),
        [(1, "has a value longer than 128 KiB, the kernel's limit")],
    ),
    Refused(
        "over 1,000 variables",
        b"".join(b"A%d=\n" % i for i in range(1002)),
        [(1001, "is one of more than 1000 variables; reading stopped here")],
    ),
    Refused("20 problems", b"=\n" * 20, [(i, NO_NAME) for i in range(1, 21)]),
    Refused(
        "more than 20 problems",
        b"=\n" * 22,
        [
            *((i, NO_NAME) for i in range(1, 21)),
            (21, "more problems follow; reading stopped here"),
        ],
    ),
    Refused(
        "more than 20 lines that are no text",
        b"\0\n" * 22,
        [
            *((i, "has a NUL byte") for i in range(1, 21)),
            (21, "more problems follow; reading stopped here"),
        ],
    ),
]
