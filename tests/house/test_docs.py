"""What the documents show, works."""

from __future__ import annotations

import re
import runpy
import shlex
from functools import lru_cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

from trimtab.app.command_line import application

DOCUMENTS = [
    path
    for path in (Path("README.md"), Path("CONTRIBUTING.md"), *sorted(Path("docs").rglob("*.md")))
    if path.exists()
]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")


def blocks(path: Path, language: str) -> list[tuple[int, str]]:
    """The fenced blocks of a language, each with the line before it starts."""
    text = path.read_text(encoding="utf-8")
    found = [match for match in BLOCK.finditer(text) if match.group(1) == language]
    return [(text.count("\n", 0, match.start(2)), match.group(2)) for match in found]


def program(path: Path) -> str:
    """All Python of a document as one program; lines keep their numbers."""
    lines: list[str] = []
    for before, code in blocks(path, "python"):
        lines += [""] * (before - len(lines)) + code.splitlines()
    return "\n".join(lines) + "\n"


def commands(path: Path) -> list[str]:
    """What is typed after `$ trimtab`, lines ended by a backslash joined."""
    typed = "\n".join(code for _, code in blocks(path, "console")).replace("\\\n", " ")
    return re.findall(r"^\$ (?:\.venv/bin/)?trimtab\b *(.*)$", typed, re.MULTILINE)


SHOWN = [(path, command) for path in DOCUMENTS for command in commands(path)]


@pytest.mark.parametrize("path", [path for path in DOCUMENTS if blocks(path, "python")], ids=str)
def test_the_python_of_a_document_runs(path: Path, tmp_path: Path) -> None:
    file = tmp_path / f"{path.stem.replace('-', '_')}.py"
    file.write_text(program(path), encoding="utf-8")
    runpy.run_path(str(file))


@lru_cache
def helped(words: tuple[str, ...]) -> str:
    """What `trimtab WORDS --help` prints; nothing where there is no such command."""
    plain = {"COLUMNS": "300", "TERMINAL_WIDTH": "300", "NO_COLOR": "1", "TERM": "dumb"}
    done = CliRunner().invoke(application, [*words, "--help"], env=plain)
    return done.output if done.exit_code == 0 else ""


@pytest.mark.parametrize(("path", "command"), SHOWN, ids=str)
def test_a_command_of_a_document_exists_with_its_options(path: Path, command: str) -> None:
    words = shlex.split(command, comments=True)
    names = tuple(word for word in words[:2] if re.fullmatch(r"[a-z][a-z-]*", word))
    text = helped(names) or helped(names[:1])
    assert text, f"{path}: trimtab {command}: there is no such command"
    options = [word.partition("=")[0] for word in words if word.startswith("--")]
    assert [option for option in options if option not in text and option != "--help"] == []


def test_every_command_is_documented() -> None:
    names = re.findall(r"^[│|] ([a-z]+) ", helped(()), re.MULTILINE)
    told = {command.split(" ")[0] for _, command in SHOWN}
    assert names
    assert set(names) - told == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=str)
def test_links_inside_the_project_lead_somewhere(path: Path) -> None:
    targets = LINK.findall(path.read_text(encoding="utf-8"))
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_words_of_the_makefile_that_documents_use_exist() -> None:
    made = set(
        re.findall(r"^([a-z]+):", Path("Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )
    used = {
        word
        for path in DOCUMENTS
        for word in re.findall(r"(?:`|\$ )make ([a-z]+)", path.read_text(encoding="utf-8"))
    }
    assert used - made == set()
