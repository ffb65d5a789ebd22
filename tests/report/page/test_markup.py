"""HTML in which text cannot become markup."""

from fercurate.report.page.markup import Markup, tag


def test_only_tags_are_markup() -> None:
    inner = tag("b", "1 < 2", title='"', hidden=True, id=None)
    assert inner == '<b title="&quot;" hidden>1 &lt; 2</b>'
    assert tag("p", inner, "<i>") == f"<p>{inner}&lt;i&gt;</p>"
    assert isinstance(inner, Markup)
