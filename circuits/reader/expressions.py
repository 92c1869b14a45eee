"""Reads expressions into trees. What is in a tree was understood; nothing else is passed on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spiketwin.circuits.reader.numbers import read_number

if TYPE_CHECKING:
    from spiketwin.circuits.reader.dialects import Dialect

_DEEPEST = 30  # parentheses in each other; Python's own stack bears some 80
_LONGEST = 100  # terms in a row, and levels of a whole tree
_MOST_TOKENS = 20_000
_LARGEST = 20_000  # nodes of a tree once its functions are written out


@dataclass(frozen=True, slots=True)
class Number:
    """A constant."""

    value: float


@dataclass(frozen=True, slots=True)
class Name:
    """A parameter, or a name such as ``time`` and ``pi``."""

    name: str


@dataclass(frozen=True, slots=True)
class Voltage:
    """The voltage of a node, against another or ground."""

    nodes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Current:
    """The current through a device."""

    device: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function of one or more arguments."""

    function: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Unary:
    """A sign, or ``!``."""

    sign: str
    operand: Expression


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands and what is between them."""

    left: Expression
    sign: str
    right: Expression


@dataclass(frozen=True, slots=True)
class Choice:
    """``condition ? then : otherwise``."""

    condition: Expression
    then: Expression
    otherwise: Expression


Expression = Number | Name | Voltage | Current | Call | Unary | Binary | Choice

_TOKEN = re.compile(
    r"\s*(?:(?P<probe>[vi])\s*\((?P<inside>[^()]*)\)"
    r"|(?P<number>(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?[a-z%]*\d*[a-z]*)"
    r"|(?P<name>[a-z_@][\w.$#:]*)"
    r"|(?P<sign>\*\*|&&|\|\||==|!=|<>|<=|>=|[-+*/^<>!?:(),&|{}'\"~%]))",
    re.IGNORECASE | re.ASCII,
)
_NODE = re.compile(r"[\w.$#+\-/\[\]<>:!~]+", re.ASCII)

# From the loosest to the tightest, as ngspice binds; all of them to the left, powers too.
_LEVELS: tuple[dict[str, str], ...] = (
    {"||": "||", "|": "||"},
    {"&&": "&&", "&": "&&"},
    {"==": "==", "!=": "!=", "<>": "!="},
    {"<": "<", ">": ">", "<=": "<=", ">=": ">="},
    {"+": "+", "-": "-"},
    {"*": "*", "/": "/"},
)
POWERS = {"**", "^"}


def parse(text: str, dialect: Dialect) -> Expression:
    """Return the tree of an expression.

    Raises:
        ValueError: where it cannot be understood; the message says what is wrong with it.
    """
    tree, rest = parse_prefix(text, dialect)
    if rest:
        raise ValueError(f"{rest[:20]!r} is not expected there")
    return tree


def children(tree: Expression) -> tuple[Expression, ...]:
    """Return the parts that a tree is made of."""
    match tree:
        case Call(arguments=arguments):
            return arguments
        case Unary(operand=operand):
            return (operand,)
        case Binary(left=left, right=right):
            return left, right
        case Choice(condition=condition, then=then, otherwise=otherwise):
            return condition, then, otherwise
    return ()


def check_extent(tree: Expression) -> None:
    """Refuse a tree that is too deep or, written out, too long.

    Raises:
        ValueError: where it is. Parts that occur several times are counted as often, but looked at
            once: a function of a function of a function doubles its argument each time.
    """
    extents: dict[int, tuple[int, int]] = {}  # of a part: its levels, and its nodes written out
    waiting = [tree]
    while waiting:
        part = waiting[-1]
        missing = [child for child in children(part) if id(child) not in extents]
        if missing:
            waiting.extend(missing)
            if len(waiting) > _LARGEST:
                raise ValueError("it is too long; use a parameter for a part")
            continue
        waiting.pop()
        below = [extents[id(child)] for child in children(part)]
        depth = 1 + max((levels for levels, _ in below), default=0)
        size = 1 + sum(nodes for _, nodes in below)
        if depth > _LONGEST + _DEEPEST or size > _LARGEST:
            raise ValueError("written out it is too long; use a parameter for a part")
        extents[id(part)] = depth, size


def parse_prefix(text: str, dialect: Dialect) -> tuple[Expression, str]:
    """Return the tree of the longest expression at the start of ``text``, and what follows it.

    Raises:
        ValueError: as ``parse``.
    """
    tokens = _tokens(text)
    parser = _Parser(tokens, dialect)
    tree = parser.choice(0)
    check_extent(tree)
    return tree, text[parser.position() :].strip() if parser.more() else ""


def _tokens(text: str) -> list[re.Match[str]]:
    found: list[re.Match[str]] = []
    place, end = 0, len(text.rstrip())
    quoted = False
    while place < end:
        match = _TOKEN.match(text, place)
        if match is None or len(found) >= _MOST_TOKENS:
            shown = text[place : place + 30].lstrip()[:20]
            raise ValueError(f"{shown!r} is not understood in an expression")
        if match["sign"] == "'":
            quoted = not quoted
        found.append(match)
        place = match.end()
    if quoted:
        raise ValueError("a quotation mark has no partner")
    return found


class _Parser:
    """Recursive descent over the tokens; the depth is limited because Python's stack is."""

    def __init__(self, tokens: list[re.Match[str]], dialect: Dialect) -> None:
        self._tokens = tokens
        self._dialect = dialect
        self._at = 0

    def more(self) -> bool:
        return self._at < len(self._tokens)

    def position(self) -> int:
        return self._tokens[self._at].start()

    def _sign(self) -> str | None:
        return self._tokens[self._at]["sign"] if self.more() else None

    def _take(self, sign: str) -> bool:
        if self._sign() == sign:
            self._at += 1
            return True
        return False

    def choice(self, depth: int) -> Expression:
        if depth > _DEEPEST:
            raise ValueError(f"it is nested more than {_DEEPEST} deep; use a parameter for a part")
        condition = self._level(0, depth)
        if not self._take("?"):
            return condition
        then = self.choice(depth + 1)
        if not self._take(":"):
            raise ValueError("'?' lacks its ':'")
        return Choice(condition, then, self.choice(depth + 1))

    def _level(self, level: int, depth: int) -> Expression:
        if level == len(_LEVELS):
            return self._unary(depth)
        left = self._level(level + 1, depth)
        chain = 0
        while (sign := self._sign()) in _LEVELS[level]:
            chain += 1
            if chain > _LONGEST:
                raise ValueError(f"more than {_LONGEST} terms in a row; use a parameter for some")
            self._at += 1
            left = Binary(left, _LEVELS[level][sign or ""], self._level(level + 1, depth))
        return left

    def _unary(self, depth: int) -> Expression:
        signs = []
        while (sign := self._sign()) in {"-", "+", "!", "~"}:
            signs.append("!" if sign == "~" else str(sign))
            self._at += 1
            if len(signs) > _DEEPEST:
                raise ValueError("too many signs in a row")
        tree = self._power(depth)
        for sign in reversed(signs):
            tree = tree if sign == "+" else Unary(sign, tree)
        return tree

    def _power(self, depth: int) -> Expression:
        left = self._atom(depth)
        chain = 0
        while self._sign() in POWERS:
            sign = str(self._sign())
            chain += 1
            if chain > (_DEEPEST if self._dialect.left_to_right else 1):
                raise ValueError("powers in a row differ between simulators; add parentheses")
            self._at += 1
            negative = self._take("-")
            right = self._atom(depth)
            left = Binary(left, sign, Unary("-", right) if negative else right)
        return left

    def _atom(self, depth: int) -> Expression:
        if not self.more():
            raise ValueError("it ends too early")
        token = self._tokens[self._at]
        self._at += 1
        if token["probe"]:
            return _probe(token["probe"].lower(), token["inside"])
        if token["number"]:
            return Number(read_number(token["number"], self._dialect))
        if token["name"]:
            name = token["name"].lower()
            if not self._take("("):
                return Name(name)
            arguments = [self.choice(depth + 1)]
            while self._take(","):
                arguments.append(self.choice(depth + 1))
            if not self._take(")"):
                raise ValueError(f"{name!r} lacks its ')'")
            return Call(name, tuple(arguments))
        closing = {"(": ")", "{": "}", "'": "'", '"': '"'}.get(token["sign"])
        if closing is None:
            raise ValueError(f"{token['sign']!r} is not expected there")
        tree = self.choice(depth + 1)
        if not self._take(closing):
            raise ValueError(f"{token['sign']!r} lacks its partner")
        return tree


def _probe(letter: str, inside: str) -> Expression:
    names = [part.strip().strip('"').lower() for part in inside.split(",")]
    if not all(map(_NODE.fullmatch, names)) or len(names) > (2 if letter == "v" else 1):
        raise ValueError(
            f"{letter}({inside[:20]}) names no node"
            if letter == "v"
            else f"i({inside[:20]}) names no device"
        )
    return Voltage(tuple(names)) if letter == "v" else Current(names[0])
