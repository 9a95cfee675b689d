"""Mutants: small wrong changes, made of a file by the operators of mutmut, and put into the code that runs."""

import ast
import difflib
import gc
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from types import CodeType, FunctionType

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.file_mutation import NEVER_MUTATE_FUNCTION_NAMES, Mutation, MutationVisitor, deep_replace
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.pragma_handling import IgnoredCode

# Calls whose arguments decide nothing: texts for people, lines for the log, and what is loaded ahead of its use.
_TEXTS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "format_lazy"}
_LOGGING = {"debug", "info", "warning", "error", "exception", "warn"}
_LOADING = {"select_related", "prefetch_related", "only", "defer", "iterator"}
_UNDECIDING = _TEXTS | _LOGGING | _LOADING

# A function's code in a file: its qualified name, and its number among its namesakes.
Key = tuple[str, int]
# The functions of a process by the file that they are from.
Live = dict[str, list[FunctionType]]


@dataclass(frozen=True)
class Mutant:
    """A wrong change inside one function: its name, its place and the two nodes that are exchanged."""

    name: str  # path:function:number
    path: str
    function: str
    line: int  # the first of the statement that is changed
    module: cst.Module
    outer: cst.FunctionDef
    before: cst.CSTNode
    after: cst.CSTNode

    @cached_property
    def source(self) -> str:
        """The whole file with the wrong change in it."""
        return deep_replace(self.module, self.before, self.after).code

    @cached_property
    def diff(self) -> list[str]:
        """What the change does to its function: the lines that differ."""
        old, new = (
            self.module.code_for_node(node) for node in (self.outer, deep_replace(self.outer, self.before, self.after))
        )
        lines = difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=0)
        return [line for line in list(lines)[2:] if not line.startswith("@@")]

    @property
    def change(self) -> tuple[str, str]:
        """The lines that differ, before and after, without indentation: what the list of equivalents goes by."""
        return tuple(" ".join(line[1:].strip() for line in self.diff if line.startswith(sign)) for sign in ("-", "+"))


class _Visitor(MutationVisitor):
    """mutmut's, that also goes into decorated functions, and leaves out what decides nothing."""

    def __init__(self):
        super().__init__(mutation_operators, IgnoredCode(set(), set(), set()))
        self.scope: list[str] = []
        self.statements: list[int] = []  # their first lines
        self.left_out: set[cst.CSTNode] = set()
        self.places: list[tuple[str, int]] = []  # for each mutation: its function, its statement

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            self.scope.append(node.name.value)
        if isinstance(node, cst.BaseSmallStatement | cst.BaseCompoundStatement):
            self.statements.append(self.get_metadata(PositionProvider, node).start.line)
        if isinstance(node, cst.Call) and _called(node) in _UNDECIDING:
            self.left_out.update([node, *node.args])
        elif isinstance(node, cst.Call):
            self.left_out.update(argument for argument in node.args if _keyword(argument) == "strict")
        return super().on_visit(node)

    def on_leave(self, node: cst.CSTNode) -> None:
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            self.scope.pop()
        if isinstance(node, cst.BaseSmallStatement | cst.BaseCompoundStatement):
            self.statements.pop()

    def _skip_node_and_children(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.FunctionDef):
            return node.name.value in NEVER_MUTATE_FUNCTION_NAMES
        # Defaults and decorators are evaluated once, at import.
        return isinstance(node, cst.Param) or (
            (isinstance(node, cst.Arg) and node in self.left_out) or super()._skip_node_and_children(node)
        )

    def _create_mutations(self, node: cst.CSTNode) -> None:
        # A string of several words is a text for people; one word is a state, a field or the name of an address.
        if node in self.left_out or (isinstance(node, cst.SimpleString) and " " in node.value):
            return
        before = len(self.mutations)
        super()._create_mutations(node)
        self.mutations[before:] = [made for made in self.mutations[before:] if not _changes_idle_arguments(made)]
        while len(self.places) < len(self.mutations):
            self.places.append((".".join(self.scope), self.statements[-1] if self.statements else 0))


def _changes_idle_arguments(mutation: Mutation) -> bool:
    """Are only *args and **kwargs missing, which are handed on as they came, or "strict", which guards programmers?"""
    before, after = mutation.original_node, mutation.mutated_node
    if not (isinstance(before, cst.Call) and isinstance(after, cst.Call)):
        return False
    changed = [argument for argument in before.args if argument not in after.args]
    return bool(changed) and all(argument.star or _keyword(argument) == "strict" for argument in changed)


def _keyword(argument: cst.Arg) -> str:
    return argument.keyword.value if argument.keyword else ""


def _called(call: cst.Call) -> str:
    """Return the last part of the name of what is called."""
    name = call.func.attr if isinstance(call.func, cst.Attribute) else call.func
    return name.value if isinstance(name, cst.Name) else ""


def mutants_of(path: Path, root: Path) -> list[Mutant]:
    """Return every mutant of a file, in the order of its lines."""
    wrapper = MetadataWrapper(cst.parse_module(path.read_text(encoding="utf-8")))
    visitor = _Visitor()
    module = wrapper.visit(visitor)
    numbers: Counter = Counter()
    mutants = []
    relative = str(path.relative_to(root))
    for mutation, (scope, line) in zip(visitor.mutations, visitor.places, strict=True):
        outer = mutation.contained_by_top_level_function
        if not isinstance(outer, cst.FunctionDef):
            continue  # a class's or module's own lines have run long ago
        parts = scope.split(".")
        function = ".".join(parts[: parts.index(outer.name.value) + 1])
        numbers[function] += 1
        name = f"{relative}:{function}:{numbers[function]}"
        nodes = module, outer, mutation.original_node, mutation.mutated_node
        mutants.append(Mutant(name, relative, function, line, *nodes))
    return mutants


def live_functions(paths: Iterable[Path], root: Path) -> Live:
    """Import some files; return the functions of each, wherever they are held: as a property, a receiver."""
    live: Live = {}
    for path in paths:
        import_module(".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"))
        live[str(path)] = []
    for thing in gc.get_objects():
        if isinstance(thing, FunctionType) and thing.__code__.co_filename in live:
            live[thing.__code__.co_filename].append(thing)
    return live


def switch_to(mutant: Mutant, live: Live, root: Path) -> int:
    """Give the live functions of this process the mutant's code; return how many changed."""
    path = root / mutant.path
    old, tree = _codes(ast.parse(mutant.module.code), path), ast.parse(mutant.source)
    if any(name == mutant.function and "__class__" in code.co_freevars for (name, _), code in old.items()):
        _keep_class_cell(tree, mutant.function)
    new = _codes(tree, path)
    inside = f"{mutant.function}.<locals>."
    changed = [key for key in old if key in new and (key[0] == mutant.function or key[0].startswith(inside))]
    return len(_swap(live[str(path)], {key: old[key] for key in changed}, new))


def watch(path: Path, live: Live, reached: Callable[[int], None]) -> None:
    """Let every statement inside a live function of a file tell its first line when it is reached."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    old = _codes(tree, path)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for node in {node for function in functions for node in ast.walk(function)}:
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if isinstance(block, list):
                setattr(node, field, [told for line in block for told in (_telling(line), line)])
    for function in _swap(live[str(path)], old, _codes(tree, path)):
        function.__globals__["__reached__"] = reached


def _telling(statement: ast.stmt) -> ast.stmt:
    call = ast.Call(ast.Name("__reached__", ast.Load()), [ast.Constant(statement.lineno)], [])
    return ast.fix_missing_locations(ast.copy_location(ast.Expr(call), statement))


def _swap(live: list[FunctionType], old: dict[Key, CodeType], new: dict[Key, CodeType]) -> list[FunctionType]:
    """Give functions new code for the old; return those that changed."""
    swaps = {(code.co_qualname, code.co_firstlineno): new[key] for key, code in old.items()}
    changed = []
    for function in live:
        code = swaps.get((function.__code__.co_qualname, function.__code__.co_firstlineno))
        if code and code.co_freevars == function.__code__.co_freevars:
            function.__code__ = code
            changed.append(function)
    return changed


def _codes(tree: ast.Module, path: Path) -> dict[Key, CodeType]:
    """Return the code of every function of a file, by its qualified name and number among its namesakes."""
    numbers: Counter = Counter()
    codes, waiting = {}, [compile(tree, str(path), "exec")]
    while waiting:
        current = waiting.pop(0)
        codes[current.co_qualname, numbers[current.co_qualname]] = current
        numbers[current.co_qualname] += 1
        waiting += [constant for constant in current.co_consts if isinstance(constant, CodeType)]
    return codes


def _keep_class_cell(tree: ast.Module, function: str) -> None:
    """Let a method that lost its super() still name its class, so that its code fits where the old one was."""
    *classes, name = function.split(".")
    body = tree.body
    for class_name in classes:
        body = next(node for node in body if isinstance(node, ast.ClassDef) and node.name == class_name).body
    for node in body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            node.body.insert(0, ast.If(ast.Constant(0), [ast.Expr(ast.Name("__class__", ast.Load()))], []))
    ast.fix_missing_locations(tree)
