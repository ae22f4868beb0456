"""What is wrong in a data file, and on which line of it.

TOML parsers keep no line numbers, so a line is looked for in the text. It opens no files and knows no rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something to mend in a data file; prints as "data/topics.toml:12: topics.rag: aliases.en: ..."."""

    file: str
    line: int
    row: str
    key: str
    message: str

    def __str__(self) -> str:
        """Return the finding in the form editors and terminals can jump to."""
        where = ": ".join(part for part in (self.row, self.key) if part)
        return (
            f"{self.file}:{self.line}: {where}: {self.message}" if where else f"{self.file}:{self.line}: {self.message}"
        )


class DataError(Exception):
    """The data folder cannot be used as it is; `findings` say what to mend."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        """Hold the findings; the message shows the first few."""
        self.findings = tuple(findings)
        super().__init__("\n".join(map(str, self.findings[:20])))


def line_of(text: str, row: str, key: str) -> int:
    """Return the line of `key` in the table `row`, or of the table, or 1."""
    prefix, _, word = row.partition(".")
    quoted = f'{prefix}."{word}"' if word else f'"{row}"'
    lines = text.splitlines()
    heads = {f"[{row}]", f"[{quoted}]"}
    start = next((number for number, line in enumerate(lines, 1) if line.split("#")[0].strip() in heads), 0)
    if not start:
        return 1
    for wanted in (key, key.rpartition(".")[0], key.partition(".")[0]):
        pattern = re.compile(rf"{re.escape(wanted)}\s*[=.]") if wanted else None
        for number in range(start + 1, len(lines) + 1):
            line = lines[number - 1].strip()
            if line.startswith("["):
                break
            if pattern is not None and pattern.match(line):
                return number
    return start
