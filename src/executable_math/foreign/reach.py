"""The part of a project's code that a piece of code can reach, definition by definition.

An edit of one function changes the figures and the pages that can call it, and no others. What can be reached is found
in the syntax trees: a definition reaches those whose names stand in it, wherever they are imported from. Importing a
module reaches its other statements. Where names are looked up as texts, everything is reached.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from executable_math.foreign.sources import Source, files_of, modules, origin, parsed, search_path

# With one of these a program finds a definition without its name, or reads its own text.
LOOKUPS = {"__import__", "eval", "exec", "getattr", "globals", "importlib", "inspect", "vars"}


@dataclass(frozen=True)
class Module:
    """What a module says, apart.

    Args:
        name: Its dotted name.
        definitions: For each name that it defines at its top the syntax trees, as texts, and the names in them.
        imports: For each name that it imports anywhere the dotted name of what it stands for.
        rest: The other statements at its top, as texts, and the names in them.
        names: All names in it.
    """

    name: str
    definitions: dict[str, tuple[list[str], set[str]]]
    imports: dict[str, str]
    rest: tuple[list[str], set[str]]
    names: set[str]


def reached(script: Path, folders: Iterable[Path]) -> list[str]:
    """What a script can reach of the project's own code, as texts: the same as long as no edit concerns the script.

    Args:
        script: Its file.
        folders: Where its modules are looked for before all that is installed.
    """
    known = [_module(source) for source in modules([Source("", script, "")], search_path(folders))]
    own = _module(Source("", script, ""))
    return _texts(known, {(own.name, name) for name in own.names}, own)


def package(name: str, folders: Sequence[Path] = ()) -> list[Module]:
    """The modules of a package and those of the project that it imports; none, if the name is empty."""
    if not name:
        return []
    top = name.partition(".")[0]
    return [_module(source) for source in modules([Source(top, files_of(top, folders)[0], top)], search_path(folders))]


def reached_by_words(words: set[str], known: list[Module]) -> list[str]:
    """What a text can reach of a package, as texts: what its words define or import anywhere, and so on."""
    named = ((module, module.definitions.keys() | module.imports.keys()) for module in known)
    return _texts(known, {(module.name, name) for module, names in named for name in names & words})


def _texts(known: list[Module], start: set[tuple[str, str]], own: Module | None = None) -> list[str]:
    """The trees of all that can be reached, from names in modules."""
    code = {module.name: module for module in [*known, *([own] if own else [])]}
    everything = any(LOOKUPS & {name.partition(".")[0] for name in module.names} for module in code.values())
    if everything:
        start = {(module.name, name) for module in known for name in module.definitions}
    start |= {(module.name, name) for module in known for name in module.rest[1]}
    found = _closure(start, code)
    trees = [f"{module.name}: {tree}" for module in known for tree in module.rest[0]]
    defined = [(place, tree) for place, name in sorted(found) for tree in code[place].definitions[name][0]]
    return trees + [f"{place}: {tree}" for place, tree in defined]


def _closure(start: set[tuple[str, str]], code: dict[str, Module]) -> set[tuple[str, str]]:
    """The definitions that are reached from names, by module and name."""
    asked: set[tuple[str, str]] = set()
    found: set[tuple[str, str]] = set()
    waiting = list(start)
    while waiting:
        place, name = asking = waiting.pop()
        if asking in asked:
            continue
        asked.add(asking)
        module, head = code[place], name.partition(".")[0]
        if head in module.definitions:
            found.add((place, head))
            waiting += [(place, other) for other in module.definitions[head][1]]
        if head in module.imports:
            waiting += _elsewhere(module.imports[head] + name[len(head) :], code)
        stars = [base for key, base in module.imports.items() if key.startswith("*")]
        waiting += [named for base in stars for named in _elsewhere(f"{base}.{name}", code)]
    return found


def _elsewhere(dotted: str, code: dict[str, Module]) -> Iterator[tuple[str, str]]:
    """What an absolute name stands for: a name in one of the modules, or all that is defined in one."""
    parts = dotted.split(".")
    for depth in range(len(parts), 0, -1):
        place = ".".join(parts[:depth])
        if place in code:
            names = [".".join(parts[depth:])] if parts[depth:] else code[place].definitions
            yield from ((place, name) for name in names)
            return


def _module(source: Source) -> Module:
    return _read(source.path.read_bytes(), source.name, source.package)


@cache
def _read(text: bytes, name: str, package: str) -> Module:
    """A module apart; one that is no Python is one statement."""
    try:
        return _apart(parsed(text), name, package)
    except (SyntaxError, RecursionError):
        return Module(name, {}, {}, ([text.decode("utf-8", "replace")], set()), set())


def _apart(tree: ast.Module, name: str, package: str) -> Module:
    definitions: dict[str, tuple[list[str], set[str]]] = {}
    rest: tuple[list[str], set[str]] = ([], set())
    for node in tree.body:
        for trees, names in [definitions.setdefault(key, ([], set())) for key in _defined(node)] or [rest]:
            if not _is_text(node):
                trees.append(ast.dump(node))
                names |= _names(node)
    return Module(name, definitions, dict(_imports(tree, package)), rest, _names(tree))


def _defined(node: ast.stmt) -> list[str]:
    """The names that a statement defines and does nothing else."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    return names if len(names) == len(targets) else []


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _names(tree: ast.AST) -> set[str]:
    """The names in a tree, those with attributes whole, as ``module.function``."""
    names: set[str] = set()
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if dotted := _dotted(node):
            names.add(dotted)
        else:
            waiting += ast.iter_child_nodes(node)
    return names


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return before + "." + node.attr if (before := _dotted(node.value)) else ""
    return node.id if isinstance(node, ast.Name) else ""


def _imports(tree: ast.AST, package: str) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.partition(".")[0]
                # `import a.b` binds `a`, `import a.b as c` binds `a.b`.
                yield (alias.asname, alias.name) if alias.asname else (first, first)
        elif isinstance(node, ast.ImportFrom):
            base = origin(node, package)
            for alias in node.names:
                # A star stands for every name of its module.
                yield (f"*{base}", base) if alias.name == "*" else (alias.asname or alias.name, f"{base}.{alias.name}")


WORD = re.compile(r"[^\W\d]\w*")


def words(text: str) -> set[str]:
    """All that could be a name in a text.

    >>> sorted(words("It costs `hinge(-1, 0.2)`."))
    ['It', 'costs', 'hinge']
    """
    return set(WORD.findall(text))
