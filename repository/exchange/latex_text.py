"""Turn LaTeX, as bibliographies hold it, into plain text, and plain text into LaTeX."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from pylatexenc.latex2text import get_default_latex_context_db  # type: ignore[import-untyped]


class Definition(NamedTuple):
    """A command that a file defines for itself: how many arguments it takes, and what it stands for."""

    arguments: int
    body: str


def decode(text: str, commands: Mapping[str, Definition] | None = None) -> str:
    r"""Return the plain text of LaTeX, with a blank line between paragraphs and all other white space folded.

    Accents, letters and symbols become characters; commands that only say how the text looks are left out, and so is
    one that we do not know, but not what stands in its braces. `commands` are those that the file defines.

    >>> decode(r"G{\"o}del's {DNA} \& \emph{life}")
    "Gödel's DNA & life"
    """
    if _SPECIAL.search(text):
        text = _Reader(text, commands or {}).rest()
    if "\n" not in text:
        return " ".join(text.split())
    paragraphs = (" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", text))
    return "\n\n".join(filter(None, paragraphs))


def definitions(text: str) -> dict[str, Definition]:
    r"""Return what the \newcommand and \providecommand of a preamble define, by name."""
    found = {}
    for match in _NEW_COMMAND.finditer(text):
        found[match["name"]] = Definition(int(match["count"] or 0), _Reader(text, {}, match.end()).raw_argument())
    return found


def encode(text: str) -> str:
    """Return the LaTeX that gives the text. It has as many opening as closing braces, in their order."""
    braces = _BRACES if _is_balanced(text) else _NAMED_BRACES
    text = _ESCAPED.sub(lambda match: _ESCAPES.get(match[0]) or braces[match[0]], text)
    return _LIGATURE.sub("{}", text)


def encode_title(text: str) -> str:
    """Return the LaTeX of a title, with braces around what must keep its capitals: acronyms and, but for the first
    word, names.
    """
    words = re.split(r"(\s+)", text)
    return "".join(_protected(word, is_first=index == 0) for index, word in enumerate(words))


_SPECIAL = re.compile(r"[\\{}$~]|--|``|''")
_NEW_COMMAND = re.compile(
    r"\\(?:new|provide|renew)command\s*\{?\\(?P<name>[A-Za-z]+)\}?\s*(?:\[(?P<count>[1-9])\])?\s*"
)

_ESCAPES = {character: f"\\{character}" for character in "&%$#_"} | {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
_BRACES = {"{": r"\{", "}": r"\}"}
_NAMED_BRACES = {"{": r"\textbraceleft{}", "}": r"\textbraceright{}"}
_ESCAPED = re.compile(r"[\\&%$#_{}~^]")
# Between two of these LaTeX makes one: a dash of hyphens, a quotation mark of two.
_LIGATURE = re.compile(r"(?<=-)(?=-)|(?<=`)(?=`)|(?<=')(?=')")

# Accents as combining characters (LaTeX 2e, "Accents").
_ACCENTS = dict(
    zip(
        "'`^\"~=.cvuHkrdb",
        "\u0301\u0300\u0302\u0308\u0303\u0304\u0307\u0327\u030c\u0306\u030b\u0328\u030a\u0323\u0331",
        strict=True,
    )
)
_DOTLESS = {"ı": "i", "ȷ": "j"}
_WORDS = {"BibTeX": "BibTeX", "LaTeX": "LaTeX", "TeX": "TeX", "par": "\n\n", "item": " ", "newline": " "}
_WORDS |= {"textbraceleft": "{", "textbraceright": "}", "textasciicircum": "^", "degree": "°", "textquotesingle": "'"}
_WORDS |= {name: f"{name} " for name in ("log", "ln", "exp", "min", "max", "sin", "cos", "lim", "sup", "inf")}
_CHARACTERS = {"\\": " ", "\n": " ", "\t": " ", ",": " ", ";": " ", ":": " ", "!": "", "-": "", "/": "", "@": ""}
_SKIPPING_ARGUMENT = frozenset({"begin", "end", "noopsort", "label", "href", "vspace", "hspace", "textcolor", "color"})
_DEEPEST = 50  # commands within what other commands are given
_MOST_EXPANSIONS = 200  # of commands that the file defines, in one text


@lru_cache(maxsize=1)
def _symbols() -> dict[str, str]:
    """Return the character that each of LaTeX's symbols stands for."""
    found = {}
    for command in get_default_latex_context_db().iter_macro_specs():
        replacement = command.simplify_repl
        if isinstance(replacement, str) and "%" not in replacement and "<" not in replacement:
            found[command.macroname] = replacement
    return found


class _Reader:
    """Reads LaTeX from a place in a text on."""

    def __init__(self, text: str, commands: Mapping[str, Definition], at: int = 0, depth: int = 0) -> None:
        self._text, self._commands, self._at, self._depth = text, commands, at, depth
        self._budget = [_MOST_EXPANSIONS]

    def rest(self, *, in_math: bool = False) -> str:
        """Return all that follows as plain text."""
        text, pieces = self._text, []
        pattern = _IN_MATH if in_math else _IN_TEXT
        while match := pattern.search(text, self._at):
            pieces.append(text[self._at : match.start()])
            self._at = match.end()
            pieces.append(self._read(match[0], match.start(), in_math))
        pieces.append(text[self._at :])
        self._at = len(text)
        return "".join(pieces)

    def raw_argument(self) -> str:
        """Return what a command is given next as it stands: a group without its braces, or one token."""
        while self._text[self._at : self._at + 1].isspace():
            self._at += 1
        start = self._at
        if self._text[start : start + 1] != "{":
            token = re.compile(r"\\[A-Za-z]+|\\.|[^\\}]|$", re.DOTALL).match(self._text, start)
            self._at = token.end() if token else start
            return token[0] if token else ""
        depth = 0
        for match in re.compile(r"\\.|[{}]", re.DOTALL).finditer(self._text, start):
            depth += (match[0] == "{") - (match[0] == "}")
            if depth == 0 and match[0] == "}":
                self._at = match.end()
                return self._text[start + 1 : match.start()]
        self._at = len(self._text)
        return self._text[start + 1 :]

    def _argument(self, in_math: bool = False) -> str:
        return self._plain(self.raw_argument(), in_math)

    def _plain(self, text: str, in_math: bool) -> str:
        if self._depth >= _DEEPEST:
            return ""
        inner = _Reader(text, self._commands, depth=self._depth + 1)
        inner._budget = self._budget
        return inner.rest(in_math=in_math)

    def _read(self, mark: str, start: int, in_math: bool) -> str:
        """Return what a mark that means something to LaTeX stands for."""
        if mark[0] == "\\":
            return self._command(mark[1:].strip().rstrip("*"), in_math)
        if mark == "$":
            return self._math(start)
        if mark == "^":
            # A power, but not the charge of an ion or a mark that stands by itself.
            return "^" if re.search(r"[\w)\]}]\s*$", self._text[max(start - 10, 0) : start]) else ""
        return {"---": "—", "--": "–", "``": "“", "''": "”", "~": " "}.get(mark, "")

    def _math(self, start: int) -> str:
        # As pandoc tells "$x$" from "$5 and $10": no white space inside, and no digit after.
        match = re.compile(r"\$(?=\S)((?:[^$\\]|\\.)*)(?<=\S)\$(?![0-9])", re.DOTALL).match(self._text, start)
        if match is None:
            return "$"
        self._at = match.end()
        return self._plain(match[1], in_math=True)

    def _command(self, name: str, in_math: bool) -> str:
        if name in self._commands:
            return self._defined(self._commands[name], in_math)
        if name in _ACCENTS:
            return self._accented(name)
        if name == "frac":
            return f"{self._argument(in_math)}/{self._argument(in_math)}"
        if name in _SKIPPING_ARGUMENT:
            self.raw_argument()
            return " " if name in ("begin", "end") else ""
        if not name[:1].isalpha():
            return _CHARACTERS.get(name, name) if name else " "
        if name in _WORDS:
            return _WORDS[name]
        return _symbols().get(name, "")

    def _defined(self, command: Definition, in_math: bool) -> str:
        if not self._budget[0]:
            return ""
        self._budget[0] -= 1
        arguments = [self.raw_argument() for _ in range(command.arguments)]
        body = re.sub(
            "#([1-9])",
            lambda match: arguments[int(match[1]) - 1] if int(match[1]) <= len(arguments) else "",
            command.body,
        )
        return self._plain(body[:10_000], in_math)

    def _accented(self, name: str) -> str:
        argument = self._argument()
        base, rest = argument[:1], argument[1:]
        if not base.strip():
            return argument
        return unicodedata.normalize("NFC", _DOTLESS.get(base, base) + _ACCENTS[name]) + rest


_COMMAND = r"\\(?:[A-Za-z]+\*?[ \t]*(?:\n[ \t]*(?!\n))?|.|\n|$)"
_IN_TEXT = re.compile(_COMMAND + r"|---?|``|''|[{}$~]")
_IN_MATH = re.compile(_COMMAND + r"|[{}$~_^]")


def _is_balanced(text: str) -> bool:
    depth = 0
    for match in re.finditer(r"[{}]", text):
        depth += 1 if match[0] == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def _protected(word: str, *, is_first: bool) -> str:
    before, core, after = _CORE.fullmatch(word).groups()  # type: ignore[union-attr]
    tail = core[1:] if is_first else core
    braced = f"{{{encode(core)}}}" if tail != tail.lower() else encode(core)
    return encode(before) + braced + encode(after)


_CORE = re.compile(r"(\W*)(.*?)(\W*)", re.DOTALL)
