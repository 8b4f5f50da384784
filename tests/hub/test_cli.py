"""What an operator types."""

import json

import pytest
from click.testing import CliRunner, Result

from hub import cli, cli_parts
from hub.accounts import factor_resets, invitations, outbox, relay, sign_in
from tests.hub.parts import lay_open
from tests.hub.people import register


@pytest.fixture
def run(hub, settings, monkeypatch):
    monkeypatch.setattr(cli_parts, "open_hub", lambda: hub)
    monkeypatch.setattr(cli_parts.settings, "load", lambda: settings)

    def _run(*arguments: str, answers: str | None = None) -> Result:
        return CliRunner().invoke(cli.main, list(arguments), input=answers)

    return _run


def last_line(result: Result) -> dict:
    """The answer; what is above it are the logs of this test's own process."""
    return json.loads(result.stdout.splitlines()[-1])


def test_every_command_explains_itself(run) -> None:
    for name, command in cli.main.commands.items():
        assert len(command.help or "") > 20, name
        assert run(name, "--help").exit_code == 0
    for name, command in cli.main.commands["resets"].commands.items():
        assert len(command.help or "") > 20, name
        assert run("resets", name, "--help").exit_code == 0


def test_invite_says_until_when(run, mails) -> None:
    told = run("invite", "parent@example.com")
    facts = last_line(run("invite", "other@example.com", "--json"))

    assert "The mail server has the email" in told.stdout
    assert facts["mail"] == outbox.Handover.ACCEPTED.value
    assert [mail.to for mail in mails.all] == ["parent@example.com", "other@example.com"]


def test_invite_says_when_the_mail_server_is_away(run, mails) -> None:
    mails.is_away = True

    assert "keeps trying" in run("invite", "parent@example.com").stdout


def test_a_list_is_imported_with_a_report(run, tmp_path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("email\na@example.com\nwrong\n")

    told = run("import", str(file), "--yes")
    facts = last_line(run("import", str(file), "--yes", "--json"))

    assert "1 invited, 1 refused, of 2." in told.stdout
    assert "line 3: email-not-accepted" in told.stdout
    assert (facts["total"], facts["invited"]) == (2, 1)


def test_what_cannot_be_taken_back_is_asked_about(run, hub, tmp_path) -> None:
    invitations.invite(hub, email="parent@example.com", actor="test")
    file = tmp_path / "people.csv"
    file.write_text("a@example.com\n")
    for arguments in (
        ("erase", "parent@example.com"),
        ("unlock", "parent@example.com"),
        ("withdraw", "parent@example.com"),
        ("import", str(file)),
        ("reseal",),
    ):
        assert run(*arguments, answers="n\n").exit_code == 1
        assert run(*arguments, answers="").exit_code == 1

    assert json.loads(run("show", "parent@example.com", "--json").stdout)["state"] == "invited"


def test_show_unlock_withdraw_and_erase(run, hub, invite) -> None:
    parent = register(hub, invite("parent@example.com"))
    invitations.invite(hub, email="other@example.com", actor="test")

    shown = json.loads(run("show", parent.email, "--json").stdout)

    assert (shown["state"], shown["number_verified"]) == ("registered", True)
    assert "number verified: True" in run("show", parent.email).stdout
    assert run("unlock", parent.email, "--yes").stdout == "The locks are lifted.\n"
    assert json.loads(run("withdraw", "other@example.com", "--yes", "--json").stdout) == {
        "withdrawn": True
    }
    assert "no open invitation" in run("withdraw", "other@example.com", "--yes").stdout
    assert shown["account_id"] in run("erase", parent.email, "--yes").stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("invite", "nonsense"), "This is not an email address."),
        (("show", "nobody@example.com"), "Nobody was invited with this address."),
        (("erase", "nobody@example.com", "--yes"), "Nobody was invited with this address."),
    ],
)
def test_a_mistake_is_one_sentence(run, arguments, sentence) -> None:
    result = run(*arguments)

    assert result.exit_code == 1
    assert result.stderr == f"Error: {sentence}\n"


def test_an_address_that_was_invited_too_often_names_the_wait(run) -> None:
    for _ in range(3):
        run("invite", "parent@example.com")

    assert "Try again in 86400 seconds." in run("invite", "parent@example.com").stderr


ONE, OTHER = ("--key", "staff-key"), ("--key", "other-staff-key")


@pytest.fixture
def reference(hub, invite) -> str:
    sign_in.ask_for_help(hub, register(hub, invite()).begin())
    return factor_resets.waiting(hub)[0].reset_id


def test_a_lost_factor_goes_its_way_from_the_command_line(run, hub, reference) -> None:
    waiting = run("resets", "list")
    contact = run("resets", "contact", reference, *ONE, "--yes")
    called = run("resets", "called-back", reference, *ONE, "--yes")
    same = run("resets", "approve", reference, *ONE, "--yes")
    approved = run("resets", "approve", reference, *OTHER, "--yes", "--json")

    assert f"{reference} waits for a call back" in waiting.stdout
    assert "Call: +447700900123" in contact.stdout
    assert "waits for a second officer" in called.stdout
    assert same.stderr == "Error: You called this person back, so another officer has to approve.\n"
    assert last_line(approved)["state"] == "held"
    assert "carried out at" in run("resets", "list").stdout


def test_a_lost_factor_is_refused_from_the_command_line(run, reference) -> None:
    refused = run("resets", "refuse", reference, *ONE, "--yes")

    assert "is refused" in refused.stdout
    assert run("resets", "list").stdout == "Nobody waits.\n"
    assert last_line(run("resets", "list", "--json")) == {"factor_resets": []}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("called-back", *ONE), "Look at the number on file first"),
        (("approve", *OTHER), "The person has to be called back first."),
        (("approve", "--key", "wrong"), "This key is none of HUB_ADMIN_KEYS."),
    ],
)
def test_a_step_out_of_turn_is_one_sentence(run, reference, arguments, sentence) -> None:
    result = run("resets", arguments[0], reference, *arguments[1:], "--yes")

    assert result.exit_code == 1
    assert sentence in result.stderr


def test_an_unknown_reference_is_one_sentence(run) -> None:
    assert "no open request" in run("resets", "contact", "unknown", *ONE, "--yes").stderr


def test_the_steps_of_a_lost_factor_are_asked_about(run, hub, reference) -> None:
    for step in ("contact", "called-back", "approve", "refuse"):
        assert run("resets", step, reference, *ONE, answers="n\n").exit_code == 1

    assert factor_resets.show(hub, reference).state == "call_back_needed"


def test_the_record_is_verified_and_a_broken_one_is_a_failure(run, hub) -> None:
    from hub.store.tables import AuditEntry

    run("invite", "parent@example.com")
    whole = run("verify-audit", "--json")
    told = run("verify-audit").stdout.splitlines()
    with hub.store.transaction() as session:
        lay_open(session)
        session.get_one(AuditEntry, 1).actor = "someone else"
    broken = run("verify-audit")

    facts = json.loads(whole.stdout)
    assert (facts["whole"], facts["last"]) == (True, facts["entries"])
    assert len(facts["head"]) == 64
    assert f"Head: {facts['last']} {facts['head']}" in told
    assert broken.exit_code == 1
    assert "Entry 1" in broken.stdout


def test_keys_are_changed_and_old_rows_swept(run) -> None:
    run("invite", "parent@example.com")

    assert "0 values" in run("reseal", "--yes").stdout
    assert "0 rows" in run("sweep").stdout


def test_the_relay_forgets_on_its_own(hub, clock, invite) -> None:
    from datetime import timedelta

    from hub.store.tables import Account

    invite()
    clock.pass_by(timedelta(days=40))

    relay.Relay(hub)._forget()

    with hub.store.transaction() as session:
        assert session.query(Account).count() == 0
