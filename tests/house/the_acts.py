"""What an entry of the audit trail may say was done: read from the code, from every call that records one."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

RECORDERS = frozenset({"audit.record", "audit.record_all"})


class Unreadable(AssertionError):  # noqa: N818 - says what is
    """An act whose words this reader cannot find: say it plainly in the code, or teach the reader."""


@dataclass(frozen=True)
class Code:
    """Modules of ours, parsed, by name; and the words of every enumeration, by its name."""

    modules: Mapping[str, ast.Module]
    enumerations: Mapping[str, frozenset[str]]

    def acts(self) -> set[str]:
        """The words of every act that any of them records."""
        return {
            words
            for name, parsed in self.modules.items()
            for function in functions_of(parsed)
            for call in calls_in(function)
            if ast.unparse(call.func) in RECORDERS
            for words in self.words(argument(call, "act"), name, function)
        }

    def words(self, said: ast.expr, module: str, function: ast.FunctionDef) -> Iterator[str]:
        """Every text that the expression may be."""
        match said:
            case ast.Constant(value=str(text)):
                yield text
            case ast.JoinedStr(values=parts):
                spoken = (part.value if isinstance(part, ast.FormattedValue) else part for part in parts)
                yield from map("".join, product(*(list(self.words(part, module, function)) for part in spoken)))
            case ast.IfExp():
                yield from self.words(said.body, module, function)
                yield from self.words(said.orelse, module, function)
            case ast.Subscript(value=ast.Name(id=name)):
                table = assigned(self.modules[module], name)
                for value in table.values if isinstance(table, ast.Dict) else [unread(said, module)]:
                    yield from self.words(value, module, function)
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner in self.modules:
                yield from self.words(assigned(self.modules[owner], name) or unread(said, module), owner, function)
            case ast.Attribute(attr=name):
                yield from self.of_classes(name)
            case ast.Name(id=name):
                yield from self.named(name, module, function)
            case _:
                unread(said, module)

    def named(self, name: str, module: str, function: ast.FunctionDef) -> Iterator[str]:
        """What a name means: what the function gives it, what its callers hand over, or a word of the module."""
        inside = assigned(function, name)
        if inside is not None:
            yield from self.words(inside, module, function)
        elif name in parameters(function):
            kind = parameters(function)[name]
            yield from self.enumerations.get(kind) or self.handed_over(name, module, function)
        else:
            yield from self.words(self.known(name, module), module, function)

    def handed_over(self, name: str, module: str, function: ast.FunctionDef) -> set[str]:
        """What its callers give a function of the module by that name."""
        found = {
            words
            for caller in functions_of(self.modules[module])
            for call in calls_in(caller)
            if ast.unparse(call.func) == function.name
            for words in self.words(argument(call, name, function), module, caller)
        }
        return found or {str(unread(ast.Name(name), module))}

    def known(self, name: str, module: str) -> ast.expr:
        """A word of the module, or of the one from which it comes."""
        for node in ast.walk(self.modules[module]):
            if isinstance(node, ast.ImportFrom) and any((each.asname or each.name) == name for each in node.names):
                module = str(node.module).rpartition(".")[2]
        return assigned(self.modules[module], name) or unread(ast.Name(name), module)

    def of_classes(self, name: str) -> Iterator[str]:
        """What any class of these modules calls by that name."""
        for module, parsed in self.modules.items():
            for node in parsed.body:
                found = assigned(node, name) if isinstance(node, ast.ClassDef) else None
                if isinstance(found, ast.Constant | ast.Name):
                    yield from self.words(found, module, ast.parse("def nothing(): ...").body[0])  # type: ignore[arg-type]


def unread(said: ast.expr, module: str) -> ast.expr:
    raise Unreadable(f"{module}: which acts can {ast.unparse(said)} be?")


def enumerations_of(parsed: ast.Module) -> dict[str, frozenset[str]]:
    """The words of each enumeration of texts that a module defines."""
    return {
        node.name: frozenset(
            each.value.value
            for each in node.body
            if isinstance(each, ast.Assign)
            and isinstance(each.value, ast.Constant)
            and isinstance(each.value.value, str)
        )
        for node in parsed.body
        if isinstance(node, ast.ClassDef) and "StrEnum" in map(ast.unparse, node.bases)
    }


def functions_of(parsed: ast.AST) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(parsed) if isinstance(node, ast.FunctionDef)]


def calls_in(function: ast.FunctionDef) -> list[ast.Call]:
    return [node for node in ast.walk(function) if isinstance(node, ast.Call)]


def parameters(function: ast.FunctionDef) -> dict[str, str]:
    """Their annotations by their names, in order."""
    each = (*function.args.args, *function.args.kwonlyargs)
    return {one.arg: ast.unparse(one.annotation) if one.annotation else "" for one in each}


def argument(call: ast.Call, name: str, function: ast.FunctionDef | None = None) -> ast.expr:
    """What a call hands over by that name, or at its place."""
    by_name = {keyword.arg: keyword.value for keyword in call.keywords}
    return by_name[name] if name in by_name or function is None else call.args[list(parameters(function)).index(name)]


def assigned(place: ast.AST, name: str) -> ast.expr | None:
    """What is given to the name in a module, a class or a function; None where nothing is."""
    for node in getattr(place, "body", ()) if not isinstance(place, ast.FunctionDef) else ast.walk(place):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if isinstance(node, ast.Assign | ast.AnnAssign) and any(
            isinstance(target, ast.Name) and target.id == name for target in targets
        ):
            return node.value
    return None
