"""Tests of how configurations are found, filled and cut, without any server.

Run: python3 -m unittest tests.conformance.configurations.configurations_test
"""

import unittest

from tests.conformance.configurations.contest import Result
from tests.conformance.configurations.cut import without
from tests.conformance.configurations.fill import fillings
from tests.conformance.configurations.go_texts import Text, constants_of, texts_of
from tests.conformance.configurations.upstream import Configuration
from tests.conformance.configurations.verdict import Complaint, Verdict


class TextsOfGo(unittest.TestCase):
    def texts(self, source, **constants):
        return [(text.text, text.values) for text in texts_of(source, constants)]

    def test_literals_of_both_kinds_and_their_sums_are_texts(self):
        self.assertEqual(self.texts('f(`a: "1"` + "\\nb: 2")'), [('a: "1"\nb: 2', ())])
        self.assertEqual(self.texts("c := 'x' // `no`\n/* `no` */ f(`yes`)"), [("yes", ())])

    def test_names_are_the_texts_that_they_were_given_last(self):
        source = "x := `a`\nx = `b`\nf(g + `c`, x)"
        self.assertEqual(self.texts(source, g="g"), [("a", ()), ("b", ()), ("gc", ())])
        source = 'const a = "1"\nvar b = `2`\n\tc = "3"\n\td := "4"'
        self.assertEqual(constants_of(source), {"a": "1", "b": "2", "c": "3"})

    def test_formats_know_what_is_put_into_them_where_the_source_says_it(self):
        source = 'x := `%s %d %s`\nSprintf(x, `x`+"y", -1, f(a, "b"))\nfmt.Appendf(nil, x, _EMPTY_)'
        expected = [("%s %d %s", ("xy", "-1", None)), ("%s %d %s", ("",))]
        self.assertEqual(self.texts(source)[1:], expected)

    def test_messages_are_no_texts(self):
        self.assertEqual(self.texts('t.Fatalf("a: %v", err); errors.New("b")'), [])

    def test_lines_are_counted(self):
        self.assertEqual(texts_of("\n/*\n*/\nf(`a\n`)\ng(`b`)", {}), [Text(4, "a\n"), Text(6, "b")])


class Filling(unittest.TestCase):
    def test_what_is_known_is_put_in_and_the_rest_guessed(self):
        self.assertEqual(list(fillings("a: %s, b: %q, c: %d%%", ("x", "y"))), ['a: x, b: "y", c: 4242%'])
        self.assertEqual(next(fillings("a: %s\n  %s\n", ())), "a: word\n  \n")
        self.assertEqual(list(fillings("a: 1", ())), ["a: 1"])

    def test_a_verb_may_name_its_value(self):
        self.assertEqual(next(fillings("%[2]s %[1]s %s", ("a", "b"))), "b a b")


class Cutting(unittest.TestCase):
    def test_an_entry_ends_where_its_value_does(self):
        for text, rest in (
            ("a: 1\nb: 2\n", "\nb: 2\n"),
            ("a { x: [1, 2]; y: '}' } b: 2", " b: 2"),
            ('a = "}\\"", b: 2', " b: 2"),
            ("a {\n  # }\n}\nb: 2", "\n\n\nb: 2"),
        ):
            self.assertEqual(without(text, [(1, 1)]), rest, text)

    def test_the_last_entry_of_a_block_leaves_its_brace(self):
        self.assertEqual(without("b { a: 1 }", [(1, 5)]), "b { }")
        self.assertEqual(without("b { a }", [(1, 5)]), "b { }")

    def test_several_entries_one_inside_the_other(self):
        self.assertEqual(without("a { b { c: 1 } }\nd: 2", [(1, 1), (1, 5)]), "\nd: 2")


class Judging(unittest.TestCase):
    def differences(self, peer, ours):
        return Result(Configuration("n", ""), "", peer, ours).differences()

    def refusal(self, *texts, **kwargs):
        return Verdict(tuple(Complaint(1, 1, text) for text in texts), **kwargs)

    def test_who_alone_refuses_is_told(self):
        varz = {"server_name": "x", "server_id": "x", "max_payload": 1}
        taken = Verdict(told=varz)
        self.assertEqual(self.differences(taken, self.refusal("no")), ["ours alone: no"])
        self.assertEqual(self.differences(self.refusal("no"), taken), ["the peer alone: no"])
        self.assertEqual(self.differences(taken, taken), [])
        other = Verdict(told=varz | {"max_payload": 2})
        self.assertEqual(self.differences(taken, other), ["/varz max_payload: 1, ours 2"])

    def test_of_two_refusals_the_unknown_fields_are_compared(self):
        unknown = self.refusal('unknown field "a"')
        self.assertEqual(self.differences(unknown, self.refusal('Unknown field "a" in b')), [])
        self.assertEqual(self.differences(unknown, self.refusal("no text")), ["ours alone: no text"])
        self.assertEqual(self.differences(self.refusal("no"), unknown), ["unknown to one alone: a on line 1"])
        self.assertEqual(self.differences(self.refusal("Parse error on line 1"), unknown), [])


if __name__ == "__main__":
    unittest.main()
