"""The project's own source, as the guards read it: which apps, which modules, which templates."""

import ast
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from django.template.base import Lexer, TokenType

ROOT = Path(__file__).resolve().parent.parent

# From the top down: an app may know those to its right, never those to its left.
LAYERS = (
    "lapasapp",
    "reports",
    "certificates",
    "participants",
    "programs",
    "partnerships",
    "accounts",
    "core",
)


@dataclass(frozen=True)
class Import:
    """`name` is absolute and whole: `from a import b` is "a.b"."""

    name: str
    lineno: int
    lazy: bool

    def is_of(self, *packages):
        return any(self.name == one or self.name.startswith(f"{one}.") for one in packages)


@dataclass(frozen=True)
class Module:
    """One module by its dotted name, e.g. "programs.views"."""

    name: str
    source: str

    @property
    def app(self):
        return self.name.partition(".")[0]

    @property
    def room(self):
        """What the module is inside its app: "models", "views", …; all of a package count as its name."""
        return self.name.split(".")[1] if "." in self.name else ""

    @cached_property
    def tree(self):
        tree = ast.parse(self.source)
        for parent in ast.walk(tree):
            for child in ast.iter_child_nodes(parent):
                child.parent = parent
        return tree

    @cached_property
    def imports(self):
        return [
            Import(name, node.lineno, lazy=is_lazy(node))
            for node in ast.walk(self.tree)
            for name in imported_names(node, self.name)
        ]

    @cached_property
    def strings(self):
        """Every string literal; an f-string stands with "*" for each of its holes."""
        found = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.JoinedStr):
                parts = [p.value if isinstance(p, ast.Constant) else "*" for p in node.values]
                found.add("".join(parts))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
        return found

    def at(self, node):
        return f"{self.name}:{node.lineno}"


def ancestors(node):
    while node := getattr(node, "parent", None):
        yield node


def is_lazy(node):
    """Whether an import waits until a function is called, or until a type checker reads it."""
    return any(
        isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        or (isinstance(one, ast.If) and "TYPE_CHECKING" in ast.dump(one.test))
        for one in ancestors(node)
    )


def imported_names(node, importer):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        start = node.module or ""
        if node.level:
            above = importer.split(".")[: -node.level]
            start = ".".join([*above, *filter(None, [node.module])])
        return [f"{start}.{alias.name}" for alias in node.names]
    if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
        called = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if called in {"import_module", "__import__"} and isinstance(node.args[0].value, str):
            return [node.args[0].value]
    return []


@cache
def modules(root=ROOT):
    """All modules of our apps, without migrations: those are history, not rules."""
    found = []
    for app in LAYERS:
        for path in sorted((root / app).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            if "migrations" in parts:
                continue
            if parts[-1] == "__init__":
                parts = parts[:-1]
            found.append(Module(".".join(parts), path.read_text()))
    return found


@cache
def templates(root=ROOT):
    """{name: source} of every template, .html and .txt and .svg alike."""
    folder = root / "templates"
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def tags(source):
    """The block tags of a template, each as its words: ["url", "'programs:batch_list'"]."""
    tokens = Lexer(source).tokenize()
    return [token.split_contents() for token in tokens if token.token_type == TokenType.BLOCK]


def literal(word):
    """The text of a quoted word in a tag, and None for a variable."""
    return word[1:-1] if len(word) > 1 and word[0] == word[-1] and word[0] in "\"'" else None
