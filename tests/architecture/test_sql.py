"""SQL is written down, never put together from values: no f-string, no %, no + in a statement."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.sources import Module, modules, planted

#: Methods that send their first argument to the database.
SENDING = {"execute", "executemany", "copy", "stream", "text", "_one", "_all", "exec_driver_sql", "scalar"}
SQL = re.compile(
    r"\b(SELECT\s.+\sFROM|SELECT\s+\w+\(|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+\w+|ALTER\s+\w+|DROP\s+\w+"
    r"|SET\s+(LOCAL|ROLE)|GRANT\s|LISTEN\b|NOTIFY\b|COPY\s)",
    re.DOTALL,
)
CONSTANT = re.compile(r"_?[A-Z][A-Z0-9_]*")


def test_no_statement_is_made_from_values():
    assert put_together(modules("engine", "webui", "forms")) == []


@pytest.mark.parametrize(
    "text",
    [
        'tx.raw.execute(f"SELECT 1 FROM t WHERE id = {key}")',
        'connection.execute("SELECT 1 FROM t WHERE id = %s" % key)',
        'connection.execute("SELECT 1 FROM t WHERE id = " + key)',
        'connection.execute("SELECT 1 FROM {}".format(name))',
        'query = f"DELETE FROM {table}"\nrun(query)',
        'query = "UPDATE t SET a = " + value',
        'statement = text(f"{anything}")',
        'connection.execute(f"LISTEN {channel}".encode())',
    ],
)
def test_a_statement_made_from_values_is_found(text):
    assert put_together((planted(text),))


@pytest.mark.parametrize(
    "text",
    [
        'connection.execute("SELECT 1 FROM t WHERE id = %s", (key,))',
        'connection.execute(f"LISTEN {CHANNEL}")',
        'connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))',
        'words = f"Choose {name} from the list"',
        "connection.execute(select(table).where(table.c.id == key))",
        '_READ = "SELECT a" " FROM t"',
    ],
)
def test_a_statement_with_its_values_beside_it_is_free(text):
    assert put_together((planted(text),)) == []


def put_together(sources: tuple[Module, ...]) -> list[str]:
    return [
        module.at(node) for module in sources for node in {*_sent(module), *_written(module)} if _is_made(module, node)
    ]


def _sent(module: Module) -> Iterator[ast.AST]:
    """What goes to the database, whatever it says."""
    for call in module.calls:
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name in SENDING and call.args:
            yield _without_encode(call.args[0])


def _written(module: Module) -> Iterator[ast.AST]:
    """Every expression that reads like SQL, wherever it stands."""
    for node in module.nodes:
        if isinstance(node, ast.JoinedStr | ast.BinOp | ast.Call) and SQL.search(_words(node)):
            yield node


def _words(node: ast.AST) -> str:
    """The literal parts of an expression that makes a text, in order."""
    if isinstance(node, ast.Constant):
        return str(node.value) if isinstance(node.value, str | bytes) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(_words(value) if isinstance(value, ast.Constant) else " x " for value in node.values)
    if isinstance(node, ast.BinOp):
        return f"{_words(node.left)} x {_words(node.right)}"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        return _words(node.func.value)
    return ""


def _without_encode(node: ast.AST) -> ast.AST:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "encode":
        return node.func.value
    return node


def _is_made(module: Module, node: ast.AST) -> bool:
    """The text has parts that are no constants of the module."""
    if isinstance(node, ast.JoinedStr):
        parts = [value.value for value in node.values if isinstance(value, ast.FormattedValue)]
        return not all(isinstance(part, ast.Name) and CONSTANT.fullmatch(part.id) for part in parts)
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Mod | ast.Add) and any(
            isinstance(side, ast.Constant | ast.JoinedStr) for side in (node.left, node.right)
        )
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        # psycopg's own composition quotes each part: sql.SQL(…).format(sql.Identifier(…))
        return not (isinstance(node.func.value, ast.Call) and module.dotted(node.func.value.func) in SAFE)
    return False


SAFE = {"psycopg.sql.SQL", "sql.SQL"}
