"""Partial dates are read from many forms, kept in one, and shown in words."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from repository.partial_dates import Moment, PartialDate

READ = {
    # What PubMed prints.
    "2020": ("2020", "2020"),
    "2020 Feb": ("2020-02", "February 2020"),
    "2020 Feb 14": ("2020-02-14", "14 February 2020"),
    "2006 Mar 1": ("2006-03-01", "1 March 2006"),
    "2019 Nov-Dec": ("2019-11/2019-12", "November–December 2019"),
    "2019 Winter": ("2019-24", "Winter 2019"),
    "2019 Fall": ("2019-23", "Autumn 2019"),
    "1998-1999": ("1998/1999", "1998–1999"),
    "1998 Dec-1999 Jan": ("1998-12/1999-01", "December 1998 – January 1999"),
    "2015 Dec-2016 Jan": ("2015-12/2016-01", "December 2015 – January 2016"),
    "2011 Spring-Summer": ("2011-21/2011-22", "Spring–Summer 2011"),
    "2000 Jan 15-30": ("2000-01-15/2000-01-30", "15–30 January 2000"),
    "2000 Jan 30-Feb 5": ("2000-01-30/2000-02-05", "30 January – 5 February 2000"),
    "2000 Dec 28-2001 Jan 3": ("2000-12-28/2001-01-03", "28 December 2000 – 3 January 2001"),
    "2015 1st Quarter": ("2015-33", "1st quarter 2015"),
    "1996 2d Quart": ("1996-34", "2nd quarter 1996"),
    "1999-2000 Winter": ("1999-24", "Winter 1999"),
    "2021 Mar-Apr 01": ("2021-03/2021-04", "March–April 2021"),
    "2021 Mar/Apr": ("2021-03/2021-04", "March–April 2021"),
    "1997 Sept": ("1997-09", "September 1997"),
    "20221130": ("2022-11-30", "30 November 2022"),
    "201003": ("2010-03", "March 2010"),
    # What people type.
    "Feb 2020": ("2020-02", "February 2020"),
    "february 2020": ("2020-02", "February 2020"),
    "Winter 2019": ("2019-24", "Winter 2019"),
    "Winter 2018/2019": ("2018-24", "Winter 2018"),
    "14/02/2020": ("2020-02-14", "14 February 2020"),
    "14.2.2020": ("2020-02-14", "14 February 2020"),
    "02/2020": ("2020-02", "February 2020"),
    "2020-02": ("2020-02", "February 2020"),
    "2020-2-14": ("2020-02-14", "14 February 2020"),
    "2020/02/14": ("2020-02-14", "14 February 2020"),
    "Feb 14, 2020": ("2020-02-14", "14 February 2020"),
    "14th of": None,
    "14th February 2020": ("2020-02-14", "14 February 2020"),
    "15-30 January 2000": ("2000-01-15/2000-01-30", "15–30 January 2000"),
    "1 to 5 March 2020": ("2020-03-01/2020-03-05", "1–5 March 2020"),
    "October to November 2020": ("2020-10/2020-11", "October–November 2020"),
    "2019/2020": ("2019/2020", "2019–2020"),
    "2019-11/2019-12": ("2019-11/2019-12", "November–December 2019"),
    "2019 – 2019": ("2019", "2019"),
    "Q3 2015": ("2015-35", "3rd quarter 2015"),
    "fourth quarter 2015": ("2015-36", "4th quarter 2015"),
    # What is no date.
    "": None,
    "soon": None,
    "2011 Christmas": None,
    "Feb": None,
    "14 2020": None,
    "2019-24": None,
    "2019-13": None,
    "30 Feb 2020": None,
    "02/14/2020": None,
    "14/02/20": None,
    "0999": None,
    "3000": None,
    "2020-2019": None,
    "Dec-Jan 2020": None,
    "2020 Feb Mar": None,
    "2020-01-01-02": None,
    "2019 Winter-Spring": None,
    "٢٠٢٠": None,
    "2020\x00": None,
    "2020 " * 100: None,
}


@pytest.mark.parametrize("text", READ)
def test_what_is_read_is_kept_in_one_form_and_shown_in_words(text: str):
    try:
        read = PartialDate.from_text(text)
    except ValueError as error:
        assert READ[text] is None
        assert str(error).endswith(".")
        assert len(str(error)) < 200
    else:
        assert (read.edtf, str(read)) == READ[text]


@pytest.mark.parametrize(
    ("edtf", "precision", "first_day"),
    [
        ("2020", "year", date(2020, 1, 1)),
        ("2020-02", "month", date(2020, 2, 1)),
        ("2020-02-14", "day", date(2020, 2, 14)),
        ("2019-21", "season", date(2019, 3, 1)),
        ("2019-24", "season", date(2019, 12, 1)),
        ("2015-35", "quarter", date(2015, 7, 1)),
        ("2019-11/2020-01", "month", date(2019, 11, 1)),
    ],
)
def test_the_stored_form_gives_precision_and_order(edtf: str, precision: str, first_day: date):
    read = PartialDate.from_edtf(edtf)

    assert (read.edtf, read.precision, read.sort_date, read.year) == (edtf, precision, first_day, first_day.year)


@pytest.mark.parametrize(
    "text",
    [
        *("", "20", "2020-2", "2020-00", "2020-13", "2020-25", "2020-02-30", "2020-24-01", "2020/2020"),
        *("2020-02/2021", "2020/2019", "2020/2021/2022", "../2020", "2020-02-14T00", "0999", "٢٠٢٠", "2020\n"),
    ],
)
def test_only_the_stored_form_is_taken_from_storage(text: str):
    with pytest.raises(ValueError, match=r"\.$"):
        PartialDate.from_edtf(text)


moments = st.one_of(
    st.builds(Moment, st.integers(1000, 2999)),
    st.builds(Moment, st.integers(1000, 2999), st.sampled_from([*range(1, 13), *range(21, 25), *range(33, 37)])),
    st.dates(date(1000, 1, 1), date(2999, 12, 31)).map(lambda day: Moment(day.year, day.month, day.day)),
)


@given(moments, st.one_of(st.none(), moments))
def test_every_date_survives_storage_and_being_typed_as_it_is_shown(start: Moment, end: Moment | None):
    try:
        whole = PartialDate(start, end)
    except ValueError:
        assume(False)

    assert PartialDate.from_edtf(whole.edtf) == whole
    assert PartialDate.from_text(str(whole)) == whole
    assert len(whole.edtf) <= 30


@given(st.text())
def test_any_text_is_a_date_or_is_refused_with_a_sentence(text: str):
    try:
        read = PartialDate.from_text(text)
    except ValueError as error:
        assert str(error).endswith(".")
    else:
        assert PartialDate.from_edtf(read.edtf) == read
