"""Guess in which of the encodings of before UTF-8 a text is written."""

import codecs
import re

from charset_normalizer import from_bytes

# In the order in which they are preferred where the bytes would do for several: first what our files come in.
_ONE_BYTE_WESTERN = ("cp1252", "cp1250", "cp1254")
_OTHERS = ("gb18030", "big5", "cp932", "euc_jp", "cp949", "cp1251", "koi8_r", "cp1253", "cp1255", "cp1256")
MULTI_BYTE = frozenset({"gb18030", "big5", "cp932", "euc_jp", "cp949"})

NAMES: dict[str, str] = {
    "cp1252": "Windows-1252",
    "cp1250": "Windows-1250 (Central European)",
    "cp1254": "Windows-1254 (Turkish)",
    "gb18030": "GBK (Chinese)",
    "big5": "Big5 (Chinese)",
    "cp932": "Shift-JIS (Japanese)",
    "euc_jp": "EUC-JP (Japanese)",
    "cp949": "EUC-KR (Korean)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "koi8_r": "KOI8-R (Russian)",
    "cp1253": "Windows-1253 (Greek)",
    "cp1255": "Windows-1255 (Hebrew)",
    "cp1256": "Windows-1256 (Arabic)",
}

# What a file says of itself, and the larger encoding that it mostly means (WHATWG Encoding Standard, 4.2).
_MEANT = {
    "iso8859-1": "cp1252", "ascii": "cp1252", "gbk": "gb18030", "gb2312": "gb18030", "shift_jis": "cp932",
    "euc_kr": "cp949", "iso8859-9": "cp1254",
}  # fmt: skip
_HIGH = re.compile(rb"[\x80-\xff]+")
_WORDS = re.compile(rb"[A-Za-z]*[\x80-\xff][A-Za-z\x80-\xff]*")
_KANA = re.compile("[\u3041-\u30ff]")
_SHORTEST = 4  # bytes beyond ASCII: a Chinese name
_ENOUGH = 20  # bytes beyond ASCII, below which statistics of letters say nothing


def guess(sample: bytes) -> str:
    """Return the name of Python's codec for bytes that are not UTF-8; "cp1252" where nothing speaks against it.

    In Western languages letters with accents stand alone among letters of ASCII; those of other scripts make up the
    whole word. Which script it is, and which of its encodings, is left to the statistics of charset-normalizer.
    """
    runs = _HIGH.findall(sample)
    high = sum(map(len, runs))
    letters = sum(map(len, _WORDS.findall(sample)))
    accents = sum(byte >= 0xA0 for byte in sample)  # what is below are quotation marks and dashes of Windows
    if sum(len(run) == 1 for run in runs) * 2 > len(runs) and accents * 2 <= letters:
        if high < _ENOUGH:
            return "cp1252"
        found = _measured(sample, _ONE_BYTE_WESTERN)
        western = found.get("cp1252")
        for encoding, (chaos, coherence) in found.items():
            if western is None or chaos < western[0] - 0.01 or (chaos <= western[0] and coherence > western[1] + 0.1):
                return encoding
        return "cp1252"
    found = _measured(sample, _OTHERS) if high >= _SHORTEST else {}
    if not found:
        return "cp1252"
    if "euc_jp" in found and _is_mostly_kana(sample.decode("euc_jp", errors="replace")):
        return "euc_jp"
    return min(found, key=lambda encoding: (*_rank(*found[encoding]), _OTHERS.index(encoding)))


def declared(name: str) -> str:
    """Return the codec for the encoding that a file says it is in, or an empty text where that says nothing new."""
    try:
        codec = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    if not getattr(codec, "_is_text_encoding", True) or codec.name.startswith(("utf", "idna", "punycode", "unicode")):
        return ""
    return _MEANT.get(codec.name, codec.name)


def _measured(sample: bytes, encodings: tuple[str, ...]) -> dict[str, tuple[float, float]]:
    """Return how disorderly (0 to 1) and how much like a language (0 to 1) the text is in each that it can be in."""
    matches = from_bytes(sample, cp_isolation=list(encodings), threshold=0.2, preemptive_behaviour=False)
    measured = {match.encoding: (match.chaos, match.coherence) for match in matches}
    return {encoding: measured[encoding] for encoding in encodings if encoding in measured}


def _rank(chaos: float, coherence: float) -> tuple[float, float]:
    return round(chaos, 2), -round(coherence, 1)


def _is_mostly_kana(text: str) -> bool:
    letters = sum(not character.isascii() for character in text)
    return len(_KANA.findall(text)) * 4 > letters
