import pytest

from connector.web.brand import Brand, IllegibleColourError, check_colour, contrast_with_white


@pytest.mark.parametrize(
    ("colour", "ratio"), [("#ffffff", 1), ("#000000", 21), ("#767676", 4.54), ("#777777", 4.48), ("#0B5C3F", 8.02)]
)
def test_contrast_is_computed_as_wcag_does(colour: str, ratio: float) -> None:
    assert contrast_with_white(colour) == pytest.approx(ratio, abs=0.005)


@pytest.mark.parametrize("colour", ["#767676", "#0b5c3f", "#000000"])
def test_a_colour_that_can_be_read_is_accepted(colour: str) -> None:
    check_colour(colour)


@pytest.mark.parametrize("colour", ["#777777", "#ffd500", "#ffffff"])
def test_a_colour_that_cannot_be_read_is_refused_with_its_contrast_and_what_to_do(colour: str) -> None:
    with pytest.raises(
        IllegibleColourError, match=rf"{colour} has a contrast of [1-4]\.\d+:1 .* choose a darker colour"
    ):
        check_colour(colour)


@pytest.mark.parametrize("colour", ["", "green", "#fff", "#12345g", "#0b5c3f;", "rgb(0,0,0)"])
def test_what_is_no_colour_is_refused(colour: str) -> None:
    with pytest.raises(IllegibleColourError, match="six hexadecimal digits"):
        check_colour(colour)


@pytest.mark.parametrize(
    ("contact", "link", "text"),
    [
        ("help@bank.example", "mailto:help@bank.example", "help@bank.example"),
        ("+44 (0)20 7946-0000", "tel:+442079460000", "+44 (0)20 7946-0000"),
        ("https://www.bank.example/help/", "https://www.bank.example/help/", "bank.example/help"),
    ],
)
def test_a_support_contact_is_a_link_to_what_it_is(contact: str, link: str, text: str) -> None:
    brand = Brand(name="", logo_url="", colour="#000000", support=contact)
    assert (brand.support_link, brand.support_text) == (link, text)
