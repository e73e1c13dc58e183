"""An `.env.example`: lines are needed and show a value, commented-out lines are optional."""

from __future__ import annotations

from tinyinit.contract.importers._lines import read_lines, words
from tinyinit.contract.importers.draft import Draft


def read_env(text: str, source: str) -> Draft:
    """Return the contract that an example of an env file stands for."""
    draft = Draft(source)
    lines, strange = read_lines(text, commented=True)
    for number, why in strange:
        draft.note(f"{source}:{number}", why)
    for line in lines:
        said = words([*line.comments, line.remark])
        if "$" in line.value and not line.is_comment:
            draft.note(line.name, "may be made of other variables; a contract has no such values")
        draft.add_sample(line.name, line.value, description=said, is_default=line.is_comment)
    if any(variable.type != "string" for variable in draft.contract.variables.values()):
        draft.note(source, "has no types; they are guessed from its values")
    return draft.settled()
