"""LaTeX as bibliographies hold it, and plain text: there and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repository.exchange.latex_text import decode, definitions, encode, encode_title


@pytest.mark.parametrize(
    ("latex", "plain"),
    [
        (r"{\'{E}}douard G{\"o}del, \c{c}\v{s}\'\i and {\O}sterg\aa{}rd", "Édouard Gödel, çší and Østergård"),
        (r"Stra\ss e \L{}\'od\'z, {\~N}et, \=P", "Straße Łódź, Ñet, P̄"),
        (r"10\% of 5% \& R\_D \#1 \$5", "10% of 5% & R_D #1 $5"),
        (r"\textit{E. coli} in \mbox{G-Animal's} \emph{blood}", "E. coli in G-Animal's blood"),
        (r"An {$O(n \log n / \! \log\log n)$} sorting", "An O(n log n / log log n) sorting"),
        (r"H$_2$O, Ca$^{2+}$, $10^{-5}$ and $\alpha$-synuclein $\geq$ 5", "H2O, Ca2+, 10^-5 and α-synuclein ≥ 5"),
        ("costs $5 and then $10", "costs $5 and then $10"),
        ("a--b, 1---2, ``quoted''", "a–b, 1—2, “quoted”"),
        (r"A~B\ C\,D\\E", "A B C D E"),
        (r"{{\BibTeX}}ing in \LaTeX{} and \TeX", "BibTeXing in LaTeX and TeX"),
        (r"\href{http://example.org/}{the \unknown{text}}, \url{http://example.org/a_b}",
         "the text, http://example.org/a_b"),
        (r"\begin{itemize}\item One\item Two\end{itemize}", "One Two"),
        (r"\frac{1}{2} of {\noopsort{1973b}}1973", "1/2 of 1973"),
        ("first\nline\n\n  second \\par third", "first line\n\nsecond\n\nthird"),
        ("left { open and } shut }", "left open and shut"),
        ("\\", ""),
        (r"ends in \'", "ends in"),
    ],
)  # fmt: skip
def test_latex_as_plain_text(latex, plain):
    assert decode(latex) == plain


def test_commands_that_a_file_defines():
    commands = definitions(r"\newcommand{\switchargs}[2]{#2#1} \providecommand{\me}{Smith}")
    assert decode(r"\switchargs{--90}{1968} \me", commands) == "1968–90 Smith"


def test_a_command_that_calls_itself_ends():
    assert decode(r"\x", definitions(r"\newcommand{\x}{\x\x}")) == ""


def test_what_means_something_to_latex_is_escaped():
    assert encode(r"50% & $5 #1 a_b {c} ~ ^ \d") == (
        r"50\% \& \$5 \#1 a\_b \{c\} \textasciitilde{} \textasciicircum{} \textbackslash{}d"
    )
    assert encode("one } and {") == r"one \textbraceright{} and \textbraceleft{}"


def test_capitals_of_titles_are_kept():
    assert encode_title("Effect of COVID-19 on mRNA in London: α-SMA & R&D") == (
        r"Effect of {COVID-19} on {mRNA} in {London}: {α-SMA} \& {R\&D}"
    )


@given(st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Cf")), min_size=1)))
def test_any_words_come_back(words):
    text = " ".join(" ".join(words).split())
    assert decode(encode(text)) == text
    assert decode(encode_title(text)) == text


@given(st.text(alphabet="\\{}$_^~'\"`-ab1 \n%", max_size=40))
def test_any_latex_is_read(text):
    assert "\\" not in decode(text)
