"""Mail: written with what it tells of, handed to a real server with the right headers, and tried again if it must."""

import datetime
import socket

import pytest
import time_machine
from django.core.cache import cache
from django.core.checks import run_checks
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from kmportal.mail import sending, tasks
from kmportal.mail.models import OutgoingMail
from kmportal.mail.posting import absolute, post
from tests import builders

pytestmark = pytest.mark.django_db

WEDNESDAY = datetime.datetime(2026, 5, 6, 9, tzinfo=datetime.UTC)


@pytest.fixture
def ada(db):
    return builders.make_user("Ada Okafor", email="ada@trust.example")


def write(to, key="greeting-1", title="Good morning", words="All is well."):
    post(key, to=to, template="greeting", context={"title": title, "words": words})


def jobs():
    waiting = ProcrastinateJob.objects.filter(task_name="kmportal.mail.tasks.send")
    return [job.args for job in waiting.order_by("pk")]


def state(mail):
    mail.refresh_from_db()
    return (mail.sent_at is not None, mail.failures, mail.failure, mail.next_try)


def test_a_message_is_written_once_with_a_job_that_sends_it(ada):
    write(ada)
    write(ada, title="Good evening")
    mail = OutgoingMail.objects.get()
    assert (mail.key, mail.to, mail.address, mail.subject, mail.text) == (
        "greeting-1",
        ada,
        "ada@trust.example",
        "Good morning",
        "Dear Ada,\n\nAll is well.\nhttps://portal.example.org/a/\n",
    )
    assert jobs() == [{"pk": mail.pk}]


def test_what_is_rolled_back_tells_nobody(ada):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write(ada)
        _ = 1 / 0
    assert list(OutgoingMail.objects.all()) == []
    assert jobs() == []


def test_whoever_has_left_gets_nothing(ada, mail_server):
    write(ada)
    ada.is_active = False
    ada.save()
    write(ada, key="greeting-2")
    assert sending.send_due(10) == 0
    assert mail_server.messages == []
    mail = OutgoingMail.objects.get()
    assert state(mail) == (False, 1, "The account was closed before it was sent.", None)


def test_words_of_people_are_plain_text_and_cannot_make_a_header(ada, mail_server):
    title = "Returned: “<Falls & frailty>”\r\nBcc: thief@example.org\r\n\r\nsecret"
    write(ada, title=title, words="Naïve <b>& 'bold'</b>")
    assert sending.send_due(10) == 1
    (message,) = mail_server.messages
    # A long subject goes over several lines, which begin with a space (RFC 5322, 2.2.3).
    assert message["Subject"].strip() == "Returned: “<Falls & frailty>” Bcc: thief@example.org"
    assert message["Bcc"] is None
    assert message["To"] == "ada@trust.example"
    assert message.get_content() == ("secret\n\nDear Ada,\n\nNaïve <b>& 'bold'</b>\nhttps://portal.example.org/a/\n")


def test_a_text_without_its_subject_is_a_mistake(ada):
    with pytest.raises(ValueError, match=r"headless\.txt must start with its subject"):
        post("greeting-1", to=ada, template="headless", context={})


def test_a_real_server_gets_the_headers_that_an_automatic_message_needs(ada, mail_server):
    with time_machine.travel(WEDNESDAY, tick=False):
        write(ada)
        mail = OutgoingMail.objects.get()
        tasks.send.func(mail.pk)
        tasks.send.func(mail.pk)  # a job runs at least once
        tasks.send_what_waits.func(0)
    (message,) = mail_server.messages
    assert {name: message[name] for name in message.keys()} == {  # noqa: SIM118
        "Content-Type": 'text/plain; charset="utf-8"',
        "MIME-Version": "1.0",
        "Content-Transfer-Encoding": "7bit",
        "Subject": "Good morning",
        "From": "Knowledge portal <portal@trust.example>",
        "To": "ada@trust.example",
        "Reply-To": "library@trust.example",
        "Date": "Wed, 06 May 2026 09:00:00 -0000",
        "Message-ID": sending.message(mail).extra_headers["Message-ID"],
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    assert message["Message-ID"].endswith("@portal.example.org>")
    assert message.get_content() == "Dear Ada,\n\nAll is well.\nhttps://portal.example.org/a/\n"
    assert state(mail) == (True, 0, "", None)


def test_each_message_has_an_id_of_its_own_that_stays(ada):
    write(ada)
    write(ada, key="greeting-2")
    first, second = OutgoingMail.objects.order_by("pk")
    ids = [sending.message(mail).extra_headers["Message-ID"] for mail in (first, first, second)]
    assert ids[0] == ids[1] != ids[2]


def test_a_refused_address_is_noted_and_not_tried_for_ever(ada, mail_server):
    mail_server.answers["ada@trust.example"] = "550 5.1.1 No such person"
    other = builders.make_user("Ben", email="ben@trust.example")
    write(ada)
    write(other, key="greeting-2")
    assert sending.send_due(10) == 1
    assert [message["To"] for message in mail_server.messages] == ["ben@trust.example"]
    refused = OutgoingMail.objects.get(to=ada)
    assert state(refused) == (False, 1, "550 5.1.1 No such person", None)
    mail_server.answers.clear()
    assert sending.send_due(10) == 0


def test_a_server_that_asks_for_patience_is_asked_again_later(ada, mail_server):
    mail_server.answers["ada@trust.example"] = "451 4.7.1 Greylisted"
    with time_machine.travel(WEDNESDAY, tick=False) as clock:
        write(ada)
        assert sending.send_due(10) == 0
        mail = OutgoingMail.objects.get()
        assert state(mail) == (False, 1, "451 4.7.1 Greylisted", WEDNESDAY + datetime.timedelta(minutes=5))
        mail_server.answers.clear()
        assert sending.send_due(10) == 0
        clock.shift(datetime.timedelta(minutes=5))
        assert sending.send_due(10) == 1
    assert state(mail) == (True, 1, "", None)


def test_pauses_grow_while_the_server_is_away_and_end_after_five_days(ada, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with socket.socket() as taken:  # bound and not listening: nobody answers there
        taken.bind(("127.0.0.1", 0))
        settings.EMAIL_HOST, settings.EMAIL_PORT = taken.getsockname()
        pauses = []
        with time_machine.travel(WEDNESDAY, tick=False) as clock:
            write(ada)
            mail = OutgoingMail.objects.get()
            while mail.next_try:
                clock.move_to(mail.next_try)
                with pytest.raises(sending.ServerAway):
                    sending.send(mail.pk)
                mail.refresh_from_db()
                pauses.append(mail.next_try and (mail.next_try - timezone.now()) // datetime.timedelta(minutes=1))
    assert pauses == [5, 10, 20, 40, 80, 160, 320, 640, *[720] * 9, None]
    assert mail.failure.endswith("Connection refused")
    assert mail.sent_at is None


def test_a_server_that_is_away_is_asked_once_in_a_run(ada, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings.EMAIL_HOST, settings.EMAIL_PORT = taken.getsockname()
        write(ada)
        write(ada, key="greeting-2")
        tasks.send_what_waits.func(0)
    assert list(OutgoingMail.objects.order_by("pk").values_list("failures", flat=True)) == [1, 0]


@pytest.fixture
def nothing_remembered():
    cache.delete(tasks.AWAY)
    yield
    cache.delete(tasks.AWAY)


def test_a_server_that_is_away_is_waited_for_by_one_message_and_not_by_each(ada, settings, nothing_remembered):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings.EMAIL_HOST, settings.EMAIL_PORT = taken.getsockname()
        for number in range(3):
            write(ada, key=f"greeting-{number}")
        for job in jobs():
            tasks.send.func(**job)
    waiting = OutgoingMail.objects.order_by("pk")
    assert list(waiting.values_list("failures", flat=True)) == [1, 0, 0]
    assert waiting.due().count() == 2  # for send_what_waits


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_not_send_the_same_message(ada, mail_server):
    write(ada)
    mail = OutgoingMail.objects.get()
    with transaction.atomic():
        OutgoingMail.objects.select_for_update().get(pk=mail.pk)
        assert in_a_thread(sending.send, mail.pk) is False
    assert in_a_thread(sending.send, mail.pk) is True
    assert len(mail_server.messages) == 1


@pytest.fixture
def only_the_tests_own_jobs(transactional_db):
    """Start and end without jobs: Django does not empty the library's tables, and workers queue what is due."""
    tables = "TRUNCATE procrastinate_jobs, procrastinate_workers, procrastinate_periodic_defers CASCADE"
    with connection.cursor() as cursor:
        cursor.execute(tables)
    yield
    with connection.cursor() as cursor:
        cursor.execute(tables)


@pytest.mark.django_db(transaction=True)
def test_the_worker_sends_what_was_committed(only_the_tests_own_jobs, ada, mail_server, run_waiting_jobs):
    write(ada)
    run_waiting_jobs()
    assert [(message["To"], message["Subject"]) for message in mail_server.messages] == [
        ("ada@trust.example", "Good morning")
    ]
    assert OutgoingMail.objects.get().next_try is None


def in_a_thread(function, *arguments):
    from concurrent.futures import ThreadPoolExecutor

    def run():
        try:
            return function(*arguments)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


def test_old_mail_is_forgotten_and_what_waits_is_kept(ada, mail_server):
    with time_machine.travel(WEDNESDAY - datetime.timedelta(days=91), tick=False):
        write(ada, key="sent")
        sending.send_due(10)
        write(ada, key="waiting")
    with time_machine.travel(WEDNESDAY - datetime.timedelta(days=89), tick=False):
        write(ada, key="younger")
        OutgoingMail.objects.filter(key="younger").update(next_try=None)
    with time_machine.travel(WEDNESDAY, tick=False):
        tasks.forget_old_mail.func(0)
    assert set(OutgoingMail.objects.values_list("key", flat=True)) == {"waiting", "younger"}


def test_links_in_mail_are_whole_addresses():
    assert absolute("/repository/7/") == "https://portal.example.org/repository/7/"


@pytest.mark.parametrize(
    ("https", "url", "found"),
    [
        (True, "https://portal.example.org", []),
        (True, "https://127.0.0.1", ["mail.W001"]),
        (True, "https://*", ["mail.W001"]),
        (True, "https://.example.org", ["mail.W001"]),
        (False, "http://127.0.0.1:8000", []),
        (False, "portal.example.org", ["mail.E001"]),
        (False, "ftp://portal.example.org", ["mail.E001"]),
        (False, "https://portal.example.org/kb", ["mail.E001"]),
    ],
)
def test_whoever_sets_the_portal_up_hears_of_links_that_lead_nowhere(settings, https, url, found):
    settings.HTTPS, settings.PORTAL_URL = https, url
    assert [problem.id for problem in run_checks() if (problem.id or "").startswith("mail.")] == found
