"""A full number is one decimal; an approximate one has a bound, a masked one no value."""

from decimal import Decimal

import pytest

from huibao.values.approximation import reading
from huibao.values.numerals import decimal_text, exact


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("300", "300"),
        ("1,200", "1200"),
        ("2,045,318.6", "2045318.6"),
        ("0.6", "0.6"),
        ("1.2万", "12000"),
        ("3千", "3000"),
        ("2万亿", "2000000000000"),
        ("200万六千", "2006000"),
        ("十", "10"),
        ("十六", "16"),
        ("廿二", "22"),
        ("两百三十", "230"),
        ("四百零七", "407"),
        ("三千零十二", "3012"),
        ("三千八", "3800"),
        ("二十六万四", "264000"),
        ("两亿三千万零八百一十二", "230000812"),
        ("百亿", "10000000000"),
        ("万", "10000"),
        ("叁佰万", "3000000"),
        ("贰拾万零柒仟陆佰壹拾玖", "207619"),
        ("二〇二三", "2023"),
        ("二O一一", "2011"),
        ("二○○九", "2009"),
        ("四点八", "4.8"),
        ("负四点八", "-4.8"),
        ("三百点七", "300.7"),
    ],
)
def test_a_full_number_is_read_exactly(written: str, number: str) -> None:
    assert exact(written) == Decimal(number)


@pytest.mark.parametrize(
    "written",
    ["", "xx", "__", "50多", "十余", "近百", "十一十二", "点", "三点", "某"],
)
def test_what_is_no_full_number_has_no_exact_value(written: str) -> None:
    assert exact(written) is None


@pytest.mark.parametrize(
    ("number", "text"), [("12000", "12000"), ("3.50", "3.5"), ("1E+9", "1000000000"), ("0.0", "0")]
)
def test_a_decimal_is_written_plainly(number: str, text: str) -> None:
    assert decimal_text(Decimal(number)) == text


@pytest.mark.parametrize(
    ("written", "value", "approx", "upper"),
    [
        ("300", "300", "eq", None),
        ("300余", "300", "ge", None),
        ("50多万", "500000", "ge", None),
        ("近50多万", "500000", "about", None),
        ("十余万", "100000", "ge", None),
        ("十几", "10", "ge", None),
        ("千余", "1000", "ge", None),
        ("1800余", "1800", "ge", None),
        ("近百", "100", "about", None),
        ("数十", "10", "ge", None),
        ("几百", "100", "ge", None),
        ("上千", "1000", "ge", None),
        ("成百上千", "100", "ge", None),
        ("约1900", "1900", "about", None),
        ("5.5左右", "5.5", "about", None),
        ("超1万亿", "1000000000000", "gt", None),
        ("超过76", "76", "gt", None),
        ("逾3000余", "3000", "gt", None),
        ("不少于20", "20", "ge", None),
        ("不低于65", "65", "ge", None),
        ("95以上", "95", "ge", None),
        ("50（含）以上", "50", "ge", None),
        ("3以内", "3", "le", None),
        ("不超过960万", "9600000", "le", None),
        ("不足900", "900", "le", None),
        ("至少2", "2", "ge", None),
        ("3-5", "3", "about", "5"),
        ("20至30万", "200000", "about", "300000"),
        ("20万至30万", "200000", "about", "300000"),
        ("5000至1万", "5000", "about", "10000"),
        ("八百至九百亿", "80000000000", "about", "90000000000"),
        ("三五百", "300", "about", "500"),
        ("四五", "4", "about", "5"),
        ("半", "0.5", "eq", None),
    ],
)
def test_words_of_approximation_set_a_bound(
    written: str, value: str, approx: str, upper: str | None
) -> None:
    read = reading(written)
    assert (read.value, read.approx) == (Decimal(value), approx)
    assert read.upper == (None if upper is None else Decimal(upper))
    assert not read.masked


@pytest.mark.parametrize("written", ["xx", "___", "X亿多", "1xx", "近××万", "x.x万", "**"])
def test_a_masked_number_has_no_value(written: str) -> None:
    read = reading(written)
    assert (read.value, read.masked) == (None, True)
