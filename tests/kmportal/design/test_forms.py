"""Forms as pages show them."""

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import formset_factory
from django.template import Context, Template
from pytest_django.asserts import assertHTMLEqual, assertInHTML

from kmportal.design.forms import Problem, error_texts, problems
from kmportal.design.samples import SampleForm
from kmportal.design.widgets import DateParts


def drawn(template: str, **context: object) -> str:
    return Template(template).render(Context(context))


class Contact(forms.Form):
    """Two fields and a hidden one."""

    name = forms.CharField(help_text="As on your badge.")
    note = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3, "placeholder": "Anything else"}))
    token = forms.CharField(widget=forms.HiddenInput, initial="abc")


def test_an_empty_form_has_labels_hints_and_tells_what_is_optional() -> None:
    assertHTMLEqual(
        drawn("{{ form }}", form=Contact()),
        """
        <input type="hidden" name="token" value="abc" id="id_token">
        <div class="nhsuk-form-group">
          <label class="nhsuk-label nhsuk-label--s" for="id_name">Name</label>
          <div class="nhsuk-hint" id="id_name_helptext">As on your badge.</div>
          <input type="text" name="name" class="nhsuk-input" required aria-describedby="id_name_helptext" id="id_name">
        </div>
        <div class="nhsuk-form-group">
          <label class="nhsuk-label nhsuk-label--s" for="id_note">Note (optional)</label>
          <textarea name="note" cols="40" rows="3" class="nhsuk-textarea" id="id_note"></textarea>
        </div>
        """,
    )


def test_a_refused_form_opens_with_a_summary_whose_links_lead_to_the_fields() -> None:
    assertHTMLEqual(
        drawn("{{ form }}", form=Contact({"token": "abc"})),
        """
        <div class="nhsuk-error-summary" data-module="nhsuk-error-summary" role="alert"
             aria-labelledby="error-summary-title">
          <h2 class="nhsuk-error-summary__title" id="error-summary-title">There is a problem</h2>
          <div class="nhsuk-error-summary__body">
            <ul class="nhsuk-list nhsuk-error-summary__list"><li><a href="#id_name">Enter name</a></li></ul>
          </div>
        </div>
        <input type="hidden" name="token" value="abc" id="id_token">
        <div class="nhsuk-form-group nhsuk-form-group--error">
          <label class="nhsuk-label nhsuk-label--s" for="id_name">Name</label>
          <div class="nhsuk-hint" id="id_name_helptext">As on your badge.</div>
          <span class="nhsuk-error-message" id="id_name_error">
            <span class="nhsuk-u-visually-hidden">Error:</span> Enter name
          </span>
          <input type="text" name="name" class="nhsuk-input nhsuk-input--error" required aria-invalid="true"
                 aria-describedby="id_name_helptext id_name_error" id="id_name">
        </div>
        <div class="nhsuk-form-group">
          <label class="nhsuk-label nhsuk-label--s" for="id_note">Note (optional)</label>
          <textarea name="note" cols="40" rows="3" class="nhsuk-textarea" id="id_note"></textarea>
        </div>
        """,
    )


def test_a_page_can_draw_some_fields_in_its_own_order() -> None:
    page = drawn("{% form_fields form 'note' 'name' %}", form=Contact())

    assert page.index('for="id_note"') < page.index('for="id_name"') < len(page)
    assert page.count('type="hidden"') == 1


def test_each_kind_of_field_says_what_to_do_when_it_is_left_empty() -> None:
    assert [(problem.target, problem.text) for problem in problems(SampleForm({}))] == [
        ("id_title", "Enter title"),
        ("id_kind", "Choose type"),
        ("id_email", "Enter e-mail address of the person to ask"),
        ("id_reviewed_day", "Enter last reviewed"),
        ("id_audience_0", "Answer “Who may see it?”"),
        ("id_subjects_0", "Choose subjects"),
        ("id_file", "Choose document"),
        ("id_password", "Enter password"),
        ("id_agreed", "Tick “I may share this document”"),
    ]


def test_every_link_of_the_summary_leads_to_a_control_that_is_there() -> None:
    form = SampleForm({})
    page = drawn("{{ form }}", form=form)

    assert [problem.target for problem in problems(form) if f' id="{problem.target}"' not in page] == []


def test_an_acronym_keeps_its_capitals_and_a_form_its_own_words() -> None:
    class Paper(forms.Form):
        doi = forms.CharField(label="DOI")
        year = forms.IntegerField(error_messages={"required": "We need the year"})
        pages = forms.IntegerField(min_value=1)

    form = Paper({"pages": "0"})

    assert {name: error_texts(form[name]) for name in form.fields} == {
        "doi": ["Enter DOI"],
        "year": ["We need the year"],
        "pages": ["Ensure this value is greater than or equal to 1."],
    }


def test_the_summary_takes_formsets_and_what_is_wrong_with_the_whole() -> None:
    class Author(forms.Form):
        family = forms.CharField(label="Family name")

    class Paper(forms.Form):
        title = forms.CharField()

        def clean(self) -> None:
            raise forms.ValidationError("This record is in the repository already.")

    authors = formset_factory(Author, max_num=1, validate_max=True)(
        {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "form-0-family": "Okafor", "form-1-family": ""}
    )

    assert list(problems(Paper({"title": "Falls"}), authors)) == [
        Problem("This record is in the repository already.", ""),
        Problem("Please submit at most 1 form.", ""),
        Problem("Enter family name", "id_form-1-family"),
    ]
    assert list(problems(Paper())) == []


def test_what_a_reader_typed_is_escaped_everywhere() -> None:
    class Pick(forms.Form):
        title = forms.CharField(max_length=5)
        kind = forms.ChoiceField(choices=[("<k>", "<Kind>")], widget=forms.RadioSelect)

    page = drawn("{{ form }}", form=Pick({"title": "<script>alert(1)</script>", "kind": "<wrong>"}))

    assert "<script>" not in page
    assert "<wrong>" not in page
    assert "<Kind>" not in page


def test_radios_and_lists_of_boxes_stand_in_a_fieldset_with_its_hint() -> None:
    class Choices(forms.Form):
        subjects = forms.MultipleChoiceField(
            choices=[("falls", "Falls"), ("sepsis", "Sepsis")],
            widget=forms.CheckboxSelectMultiple,
            help_text="Choose all that apply.",
        )

    assertHTMLEqual(
        drawn("{% form_fields form %}", form=Choices(initial={"subjects": ["sepsis"]})),
        """
        <div class="nhsuk-form-group">
          <fieldset class="nhsuk-fieldset" aria-describedby="id_subjects_helptext">
            <legend class="nhsuk-fieldset__legend nhsuk-fieldset__legend--s">Subjects</legend>
            <div class="nhsuk-hint" id="id_subjects_helptext">Choose all that apply.</div>
            <div class="nhsuk-checkboxes">
              <div class="nhsuk-checkboxes__item">
                <input class="nhsuk-checkboxes__input" type="checkbox" name="subjects" value="falls" id="id_subjects_0">
                <label class="nhsuk-label nhsuk-checkboxes__label" for="id_subjects_0">Falls</label>
              </div>
              <div class="nhsuk-checkboxes__item">
                <input class="nhsuk-checkboxes__input" type="checkbox" name="subjects" value="sepsis"
                       id="id_subjects_1" checked>
                <label class="nhsuk-label nhsuk-checkboxes__label" for="id_subjects_1">Sepsis</label>
              </div>
            </div>
          </fieldset>
        </div>
        """,
    )


def test_a_date_is_asked_in_three_boxes() -> None:
    class Review(forms.Form):
        due = forms.DateField(widget=DateParts)

    page = drawn("{% form_fields form %}", form=Review({"due_day": "31", "due_month": "2", "due_year": "2026"}))

    assertInHTML(
        """
        <div class="nhsuk-date-input" id="id_due">
          <div class="nhsuk-date-input__item"><div class="nhsuk-form-group">
            <label class="nhsuk-label nhsuk-date-input__label" for="id_due_day">Day</label>
            <input class="nhsuk-input nhsuk-date-input__input nhsuk-input--width-2 nhsuk-input--error"
                   id="id_due_day" name="due_day" type="text" inputmode="numeric" value="31">
          </div></div>
          <div class="nhsuk-date-input__item"><div class="nhsuk-form-group">
            <label class="nhsuk-label nhsuk-date-input__label" for="id_due_month">Month</label>
            <input class="nhsuk-input nhsuk-date-input__input nhsuk-input--width-2 nhsuk-input--error"
                   id="id_due_month" name="due_month" type="text" inputmode="numeric" value="2">
          </div></div>
          <div class="nhsuk-date-input__item"><div class="nhsuk-form-group">
            <label class="nhsuk-label nhsuk-date-input__label" for="id_due_year">Year</label>
            <input class="nhsuk-input nhsuk-date-input__input nhsuk-input--width-4 nhsuk-input--error"
                   id="id_due_year" name="due_year" type="text" inputmode="numeric" value="2026">
          </div></div>
        </div>
        """,
        page,
    )


def test_a_file_that_is_there_can_be_replaced_or_removed() -> None:
    class Attach(forms.Form):
        file = forms.FileField(required=False)

    there = drawn("{% form_fields form %}", form=Attach(initial={"file": SimpleUploadedFile("a.pdf", b"%PDF")}))
    none = drawn("{% form_fields form %}", form=Attach())

    assert (there.count('name="file-clear"'), there.count('type="file"')) == (1, 1)
    assert (none.count('name="file-clear"'), none.count('type="file"')) == (0, 1)


def test_a_form_may_add_its_own_class_to_a_control() -> None:
    class Paper(forms.Form):
        year = forms.IntegerField(widget=forms.NumberInput(attrs={"class": "nhsuk-input--width-4"}))

    assertInHTML(
        '<input type="number" name="year" class="nhsuk-input nhsuk-input--width-4" required id="id_year">',
        drawn("{% form_field form.year %}", form=Paper()),
    )


def test_a_control_drawn_by_itself_is_left_as_django_draws_it() -> None:
    """Django admin draws its controls so; its forms keep their own look."""
    assertHTMLEqual(
        str(Contact()["name"]),
        '<input type="text" name="name" required aria-describedby="id_name_helptext" id="id_name">',
    )
