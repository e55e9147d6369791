"""Catches: a text of somebody else that a browser runs, that ends a cell or a line of Markdown, or that has no end."""

from tasks.foundation.markup import LONGEST, escaped, plain_markdown, preformatted


def test_html_shows_what_would_be_markup_or_is_not_printable() -> None:
    assert escaped("<b a='1'>\"&") == "&lt;b a=&#x27;1&#x27;&gt;&quot;&amp;"
    assert escaped("\x1b[2J\u202e\udce9\x00") == "\\x1b[2J\\u202e\\udce9\\x00"


def test_markdown_stays_in_its_line_and_its_cell() -> None:
    assert plain_markdown("a\n# b | <i> `c`") == "a # b \\| &lt;i&gt; \\`c\\`"
    assert plain_markdown("[a](b)") == "[a]\\(b)"
    assert plain_markdown(".853 [.801, .891]") == ".853 [.801, .891]"


def test_lines_of_fixed_width_keep_their_blanks_and_stay_lines() -> None:
    assert preformatted(["  [1]  1.00", "", "</pre>\n# c\x1b"]) == "<pre>  [1]  1.00\n\n&lt;/pre&gt; # c\\x1b</pre>"


def test_a_text_without_end_is_cut() -> None:
    for shown in (escaped("a" * 10**6), plain_markdown("a" * 10**6)):
        assert (len(shown), shown[-1]) == (LONGEST, "…")
