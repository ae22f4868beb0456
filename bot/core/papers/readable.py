"""Titles and abstracts as people read them: LaTeX's letters, accents and simple formulas in Unicode.

What is not understood is left without its braces and commands rather than dropped, and nothing need be closed. The
text comes from strangers: it is cut to a sane length first, and looked at once from left to right.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 10_000  # characters of one text

_ACCENTS = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328", "r": "\u030a", "d": "\u0323",
    "b": "\u0331",
}  # fmt: skip
_LETTERS = {
    "ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å",
    "AA": "Å", "i": "ı", "j": "ȷ", "dh": "ð", "th": "þ", "S": "§", "P": "¶", "copyright": "©", "ldots": "…",
    "dots": "…", "cdots": "⋯", "textendash": "–", "textemdash": "—", "textasciitilde": "~", "LaTeX": "LaTeX",
    "TeX": "TeX",
}  # fmt: skip
_SYMBOLS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ",
    "pi": "π", "varpi": "ϖ", "rho": "ρ", "varrho": "ϱ", "sigma": "σ", "varsigma": "ς", "tau": "τ", "upsilon": "υ",
    "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ",
    "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
    "times": "×", "cdot": "·", "div": "÷", "pm": "±", "mp": "∓", "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥",
    "neq": "≠", "ne": "≠", "approx": "≈", "sim": "~", "simeq": "≃", "equiv": "≡", "propto": "∝", "ll": "≪",
    "gg": "≫", "infty": "∞", "partial": "∂", "nabla": "∇", "sum": "∑", "prod": "∏", "int": "∫", "sqrt": "√",
    "in": "∈", "notin": "∉", "subset": "⊂", "subseteq": "⊆", "supset": "⊃", "cup": "∪", "cap": "∩", "emptyset": "∅",
    "forall": "∀", "exists": "∃", "neg": "¬", "land": "∧", "wedge": "∧", "lor": "∨", "vee": "∨", "to": "→",
    "rightarrow": "→", "leftarrow": "←", "leftrightarrow": "↔", "Rightarrow": "⇒", "Leftarrow": "⇐",
    "Leftrightarrow": "⇔", "mapsto": "↦", "uparrow": "↑", "downarrow": "↓", "langle": "⟨", "rangle": "⟩",
    "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "mid": "|", "vert": "|", "Vert": "‖", "ell": "ℓ",
    "hbar": "ℏ", "Re": "ℜ", "Im": "ℑ", "aleph": "ℵ", "circ": "∘", "bullet": "•", "star": "⋆", "ast": "*",
    "oplus": "⊕", "otimes": "⊗", "odot": "⊙", "perp": "⊥", "parallel": "∥", "angle": "∠", "dagger": "†",
    "degree": "°", "checkmark": "✓", "prime": "′", "top": "⊤", "bot": "⊥", "models": "⊨", "vdash": "⊢",
    "lesssim": "≲", "gtrsim": "≳", "setminus": "∖", "quad": " ", "qquad": " ", "backslash": "\\", "percent": "%",
}  # fmt: skip
_DOUBLE_STRUCK = {"R": "ℝ", "N": "ℕ", "Z": "ℤ", "Q": "ℚ", "C": "ℂ", "E": "𝔼", "P": "ℙ", "H": "ℍ"}
_HIGH = dict(
    zip("0123456789+-=()nixyTabcdefghjklmoprstuvwzAB", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱˣʸᵀᵃᵇᶜᵈᵉᶠᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷᶻᴬᴮ", strict=True)
)
_LOW = dict(zip("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))
_ARGUMENT = r"\s*\{([^{}]{0,200})\}"
_ACCENTED = re.compile(r"\\(?:(['`^\"~=.])|([uvHckrdb])(?=[\s{\\]))\s*(?:\{\s*(\\?[^\W\d_])\s*\}|(\\?[^\W\d_]))")
_STRUCK = re.compile(r"\\(?:mathbb|Bbb)(?:\s*\{\s*([A-Z])\s*\}|\s+([A-Z]))")
_FRACTION = re.compile(rf"\\[dt]?frac{_ARGUMENT}{_ARGUMENT}")
_ROOT = re.compile(rf"\\sqrt{_ARGUMENT}")
_ADDRESS = re.compile(rf"\\url{_ARGUMENT}")
_LINKED = re.compile(rf"\\href{_ARGUMENT}{_ARGUMENT}")
_COMMAND = re.compile(r"\\([A-Za-z]+)\*?\s?")
_ESCAPED = re.compile(r"\\([%&#_${}])")
_SCRIPT = re.compile(r"([\^_])(?:\{([^{}]{1,40})\}|(\S))")
_SPACES = re.compile(r"\s+")
_KEEP = {"%": "\ue000", "&": "\ue001", "#": "\ue002", "_": "\ue003", "$": "\ue004", "{": "\ue005", "}": "\ue006"}
_KEPT = {mark: sign for sign, mark in _KEEP.items()}


def readable(tex: str) -> str:
    """Return `tex` as one line of plain text."""
    text = tex[:LONGEST].translate({ord(mark): None for mark in _KEPT})
    text = _ESCAPED.sub(lambda m: _KEEP[m[1]], text)
    if "\\" in text:
        text = _without_commands(text)
    if "$" in text:
        text = _formulas(text)
    text = text.replace("``", "“").replace("''", "”").replace("---", "—").replace("--", "–").replace("~", " ")
    text = text.replace("{", "").replace("}", "").replace("$", "")
    text = "".join(_KEPT.get(character, character) for character in text)
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()


def _without_commands(text: str) -> str:
    text = _LINKED.sub(r"\2", _ADDRESS.sub(r"\1", text))
    text = _ACCENTED.sub(_accented, text)
    text = _STRUCK.sub(lambda m: _DOUBLE_STRUCK.get(m[1] or m[2], m[1] or m[2]), text)
    text = _ROOT.sub(r"√(\1)", _FRACTION.sub(r"\1/\2", text))
    text = _COMMAND.sub(_command, text)
    return text.replace("\\,", " ").replace("\\;", " ").replace("\\!", "").replace("\\\\", " ").replace("\\", "")


def _accented(match: re.Match[str]) -> str:
    letter = (match[3] or match[4]).removeprefix("\\")
    return unicodedata.normalize("NFC", letter + _ACCENTS[match[1] or match[2]])


def _command(match: re.Match[str]) -> str:
    name = match[1]
    if name in _SYMBOLS:
        return _SYMBOLS[name] + (" " if match[0][-1].isspace() else "")
    return _LETTERS.get(name, "")  # \textbf{...} and its like: what is in the braces stays


def _formulas(text: str) -> str:
    """Draw what stands between dollars; a dollar that is never closed is one of money."""
    parts = text.split("$")
    if len(parts) % 2 == 0:
        parts[-2:] = [f"{parts[-2]}{_KEEP['$']}{parts[-1]}"]
    return "".join(_scripts(part) if number % 2 else part for number, part in enumerate(parts))


def _scripts(formula: str) -> str:
    return _SCRIPT.sub(_script, formula.replace("-", "−" if len(formula) > 1 else "-"))


def _script(match: re.Match[str]) -> str:
    """Raise or lower what all has such a form; else say it as it is typed."""
    letters = (match[2] or match[3]).replace("−", "-")
    up = match[1] == "^"
    table, sign = (_HIGH, "^") if up else (_LOW, _KEEP["_"])
    if all(letter in table for letter in letters):
        return "".join(table[letter] for letter in letters)
    return f"{sign}{letters}" if len(letters) == 1 else f"{sign}({letters})"
