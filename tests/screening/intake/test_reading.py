"""What an e-mail says is read as words; what is attached is judged by its content."""

from email.message import EmailMessage

import pytest

from screening.intake import reading
from tests.screening.intake.given import PDF, PNG, letter, with_pdf


def read(message):
    return reading.read(message.as_bytes())


def test_the_words_the_sender_and_the_attachments_are_read():
    found = read(with_pdf(letter()))

    assert (found.sender, found.sender_name, found.subject) == (
        "head@school.example.org",
        "Ms Adeyemi",
        "Worried about Ada Marlow",
    )
    assert found.text == "Ada came to school with a bruise on her arm."
    assert [(one.kind, one.name, one.content) for one in found.attachments] == [("pdf", "body-map.pdf", PDF)]


def test_an_attachment_is_what_its_content_shows_and_not_what_its_name_says():
    message = letter()
    message.add_attachment(b"MZ\x90\x00program", maintype="application", subtype="pdf", filename="letter.pdf")

    assert [one.kind for one in read(message).attachments] == ["other"]


def test_a_page_becomes_its_words_and_nothing_of_it_runs():
    message = letter()
    message.clear_content()
    message.set_content(
        "<html><head><style>p{}</style></head><body><p>Ada is <b>hurt</b></p><script>steal()</script>"
        '<a href="https://example.org/x">here</a></body></html>',
        subtype="html",
    )

    assert read(message).text.split() == ["Ada", "is", "hurt", "[https://example.org/x]", "here"]


def test_a_picture_that_is_part_of_the_page_is_an_attachment_too():
    message = letter()
    message.add_alternative("<p>See <img src='cid:1'></p>", subtype="html")
    message.get_payload()[1].add_related(PNG, maintype="image", subtype="png", cid="<1>")

    assert [one.kind for one in read(message).attachments] == ["png"]


def test_the_same_letter_again_has_the_same_key_though_it_came_another_way():
    again = letter()
    again["Received"] = "from elsewhere.example.org"

    assert read(letter()).key == read(again).key


def test_another_letter_under_the_same_message_id_is_another():
    assert read(letter()).key != read(letter(text="Ada is missing.")).key


def test_a_letter_without_words_is_read():
    assert read(letter(text="")).text == ""


@pytest.mark.parametrize(
    "raw", [b"", b"\0\xff\xfe", b"Content-Type: multipart/mixed\r\n\r\n", b"From: =?utf-9?Q?=\r\n\r\nx"]
)
def test_odd_bytes_are_read_as_far_as_they_can_be(raw):
    assert isinstance(reading.read(raw), reading.Letter)


def with_page(plain, page):
    message = letter(plain)
    message.add_alternative(page, subtype="html")
    return message


def test_a_page_that_says_more_than_the_plain_text_is_shown_too():
    message = with_page("Your mail client does not support HTML.", "<p>Ada has a bruise on her arm.</p>")

    found = read(message).text
    assert "does not support HTML" in found
    assert "Ada has a bruise on her arm." in found


@pytest.mark.parametrize(
    "page",
    [
        "<html><head><title>x</title><body><p>Ada has a bruise.</p></body></html>",
        "<head><meta charset=utf-8><title>x<body><p>Ada has a bruise.</p>",
        "<template><p>Ada has a bruise.</p>",
    ],
)
def test_a_page_whose_tags_are_left_open_loses_no_words(page):
    message = EmailMessage()
    message.set_content(page, subtype="html")

    assert read(message).text.strip().endswith("Ada has a bruise.")


def test_a_page_that_says_the_same_is_not_shown_twice():
    assert read(with_page("Ada has a bruise.", "<p>Ada has <b>a bruise</b>.</p>")).text == "Ada has a bruise."


def test_a_second_text_in_another_charset_is_read_as_text():
    message = letter()
    message.add_attachment("Ren\xe9e’s words".encode("windows-1252"), maintype="text", subtype="plain")
    message.get_payload()[1].set_param("charset", "windows-1252")

    (found,) = read(message).attachments
    assert (found.kind, found.content.decode()) == ("text", "Ren\xe9e’s words")
