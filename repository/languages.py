"""The languages that a work can be in: ISO 639-2 codes, as library catalogues and PubMed write them."""

# Code (ISO 639-2/B, the bibliographic form), language tag for HTML's lang attribute (BCP 47), English name.
_TABLE = """
afr af Afrikaans|alb sq Albanian|amh am Amharic|ara ar Arabic|arm hy Armenian|asm as Assamese
aze az Azerbaijani|baq eu Basque|bel be Belarusian|ben bn Bengali|bos bs Bosnian|bre br Breton
bul bg Bulgarian|bur my Burmese|cat ca Catalan|chi zh Chinese|cor kw Cornish|cze cs Czech
dan da Danish|dut nl Dutch|eng en English|epo eo Esperanto|est et Estonian|fao fo Faroese
fin fi Finnish|fre fr French|fry fy Western Frisian|geo ka Georgian|ger de German|gla gd Scottish Gaelic
gle ga Irish|glg gl Galician|glv gv Manx|gre el Greek|grn gn Guarani|guj gu Gujarati
hat ht Haitian Creole|hau ha Hausa|heb he Hebrew|hin hi Hindi|hrv hr Croatian|hun hu Hungarian
ibo ig Igbo|ice is Icelandic|ina ia Interlingua|ind id Indonesian|ita it Italian|jav jv Javanese
jpn ja Japanese|kal kl Greenlandic|kan kn Kannada|kas ks Kashmiri|kaz kk Kazakh|khm km Khmer
kin rw Kinyarwanda|kir ky Kyrgyz|kor ko Korean|kur ku Kurdish|lao lo Lao|lat la Latin
lav lv Latvian|lin ln Lingala|lit lt Lithuanian|ltz lb Luxembourgish|lug lg Ganda|mac mk Macedonian
mal ml Malayalam|mao mi Māori|mar mr Marathi|may ms Malay|mlg mg Malagasy|mlt mt Maltese
mon mn Mongolian|mul mul Multiple languages|nep ne Nepali|nno nn Norwegian Nynorsk|nob nb Norwegian Bokmål
nor no Norwegian|nya ny Chichewa|oci oc Occitan|ori or Odia|orm om Oromo|pan pa Punjabi|per fa Persian
pol pl Polish|por pt Portuguese|pus ps Pashto|que qu Quechua|roh rm Romansh|rum ro Romanian|rus ru Russian
san sa Sanskrit|sgn sgn Sign language|sin si Sinhala|slo sk Slovak|slv sl Slovenian|sme se Northern Sami
smo sm Samoan|sna sn Shona|snd sd Sindhi|som so Somali|sot st Southern Sotho|spa es Spanish|srp sr Serbian
sun su Sundanese|swa sw Swahili|swe sv Swedish|tam ta Tamil|tat tt Tatar|tel te Telugu|tgk tg Tajik
tgl tl Tagalog|tha th Thai|tib bo Tibetan|tir ti Tigrinya|tsn tn Tswana|tuk tk Turkmen|tur tr Turkish
twi tw Twi|uig ug Uyghur|ukr uk Ukrainian|und und Undetermined|urd ur Urdu|uzb uz Uzbek|vie vi Vietnamese
wel cy Welsh|wol wo Wolof|xho xh Xhosa|yid yi Yiddish|yor yo Yoruba|zul zu Zulu|zxx zxx No language
"""

_ROWS = [row.split(" ", 2) for line in _TABLE.strip().splitlines() for row in line.split("|")]

# By name, as a list to choose from wants it.
LANGUAGES: dict[str, str] = {code: name for code, _, name in sorted(_ROWS, key=lambda row: row[2])}
"""English name of each language by its code, such as "fre": "French"."""

_TAGS: dict[str, str] = {code: tag for code, tag, _ in _ROWS}

# ISO 639-2/T, the terminological form of the codes that have two, and the codes that MARC gave up in 2008.
_SYNONYMS = {
    "sqi": "alb", "hye": "arm", "eus": "baq", "mya": "bur", "zho": "chi", "ces": "cze", "nld": "dut",
    "fra": "fre", "kat": "geo", "deu": "ger", "ell": "gre", "isl": "ice", "mkd": "mac", "mri": "mao",
    "msa": "may", "fas": "per", "ron": "rum", "slk": "slo", "bod": "tib", "cym": "wel",
    "scr": "hrv", "scc": "srp", "mol": "rum",
}  # fmt: skip


def language_code(text: str) -> str:
    """Return the code in LANGUAGES that the text stands for: "eng", "ENG", "en" or "fra" (which gives "fre").

    Raises ValueError, with a sentence for the reader of a report, where it stands for none.
    """
    code = text.strip().lower()
    code = _SYNONYMS.get(code, code)
    if code in LANGUAGES:
        return code
    for known, tag in _TAGS.items():
        if tag == code:
            return known
    raise ValueError(f"“{text.strip()}” is not a language code that we know.")


def language_tag(code: str) -> str:
    """Return the BCP 47 tag of a code for HTML's lang attribute, such as "fr" for "fre".

    Raises KeyError for a code that is not in LANGUAGES.
    """
    return _TAGS[code]
