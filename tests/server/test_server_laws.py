"""The laws of the server's folder: judge and judged share no code, and only the rim knows of sockets."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SERVER = Path(__file__).parents[2] / "server"
MODULES = [path for path in sorted(SERVER.rglob("*.py")) if "specimens" not in path.parts]
RIM = {SERVER / "tcp.py", SERVER / "__main__.py"}
INPUT_AND_OUTPUT = {"asyncio", "socket", "ssl", "select", "selectors", "subprocess", "threading", "signal"}


def imported(path: Path) -> set[str]:
    """The top-level packages that a module imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return {name.partition(".")[0] for name in names}


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions and methods of a module, without those that stand within another."""
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    for body in (tree.body, *(node.body for node in classes)):
        yield from (node for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SERVER)))
def test_a_module_imports_the_standard_library_and_the_server_only(path: Path) -> None:
    assert imported(path) <= sys.stdlib_module_names | {"server"}
    assert path in RIM or not imported(path) & INPUT_AND_OUTPUT


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SERVER)))
def test_a_module_says_its_law_and_is_short(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree)
    assert len(path.read_text().splitlines()) <= 350
    for function in functions(tree):
        assert function.end_lineno is not None
        assert function.end_lineno - function.lineno <= 35, f"{function.name} is long"
        assert function.name.startswith("_") or ast.get_docstring(function), (
            f"{function.name} has no docstring"
        )
