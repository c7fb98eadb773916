"""What the guards look at: the files of this project, without what is built, fetched or kept beside it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

NOT_OURS = frozenset({
    *(".git", ".venv", ".demo", "node_modules", "artefacts", "dist", "build", "htmlcov", "__pycache__"),
    *(".mypy_cache", ".ruff_cache", ".pytest_cache", ".import_linter_cache", ".hypothesis"),
})  # fmt: skip
BUILT = "qbank/static"
TEXT = frozenset({"", ".py", ".md", ".toml", ".txt", ".html", ".json", ".css", ".js", ".mjs", ".scss", ".yml", ".mako"})


@cache
def files() -> tuple[Path, ...]:
    """Every file of the project, relative to its root, in order."""
    return tuple(sorted(_below(ROOT)))


def _below(folder: Path) -> Iterator[Path]:
    for entry in folder.iterdir():
        if entry.name in NOT_OURS or entry.name.endswith(".egg-info"):
            continue
        if entry.is_dir():
            yield from _below(entry)
        else:
            yield entry.relative_to(ROOT)


def texts() -> Iterator[tuple[Path, str]]:
    """Every file that is text, with its text."""
    for path in files():
        if path.suffix in TEXT:
            yield path, (ROOT / path).read_text(encoding="utf-8")


def python_files() -> tuple[Path, ...]:
    """Every Python file, tests included."""
    return tuple(path for path in files() if path.suffix == ".py")


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of one Python file."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=str(path))


def modules_of(*packages: str) -> list[str]:
    """Dotted names of every module inside the packages, and of the packages themselves."""
    inside = [path for path in python_files() if _dotted(path).startswith(tuple(f"{name}." for name in packages))]
    return sorted({*packages, *(_dotted(path) for path in inside)})


def _dotted(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
