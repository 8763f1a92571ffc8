"""Tests of the harness itself: that differences are found, and declared ones are recognised.

Run: python3 -m unittest tests.conformance.harness_test
"""

import unittest

from tests.conformance import compare, differences, run, transcript
from tests.conformance.difference import Difference
from tests.conformance.peers import Binary
from tests.conformance.player import BROKEN
from tests.support.nats_socket import Frame

CASES_MIN = 150


def declare(*lines: str, **kwargs) -> Difference:
    return Difference("area.*", "<2.10", "because", lines, **kwargs)


class Judging(unittest.TestCase):
    def judge(self, peer, ours, *declared, **kwargs):
        return compare.judge("area.case", peer, ours, list(declared), **kwargs).result

    def test_equal_transcripts_are_equal(self):
        self.assertEqual(self.judge(["a", "b"], ["a", "b"]), compare.EQUAL)

    def test_each_kind_of_difference_fails(self):
        for ours in (["a"], ["a", "c"], ["b", "a"], ["a", "b", "b"], []):
            self.assertEqual(self.judge(["a", "b"], ours), compare.FAILED, ours)

    def test_exactly_the_declared_lines_may_differ(self):
        declared = declare("- b", "+ c")
        self.assertEqual(self.judge(["a", "b"], ["a", "c"], declared), compare.DECLARED)
        self.assertEqual(self.judge(["a", "b"], ["a", "d"], declared), compare.FAILED)
        self.assertEqual(self.judge(["x", "b"], ["a", "c"], declared), compare.FAILED)

    def test_a_declared_difference_that_is_not_there_fails(self):
        self.assertEqual(self.judge(["a"], ["a"], declare("+ c")), compare.FAILED)

    def test_rewrites_excuse_nothing_else(self):
        declared = declare(rewrites=(("new (x|y)", r"old \1"), ("extra .*", None)))
        self.assertEqual(self.judge(["old x"], ["new x", "extra 1"], declared), compare.DECLARED)
        self.assertEqual(self.judge(["old x"], ["new z"], declared), compare.FAILED)
        self.assertEqual(self.judge(["same"], ["same"], declared), compare.EQUAL)

    def test_the_words_of_the_peer_can_be_rewritten(self):
        declared = declare(rewrites=(("jetstream", None),), of_peer=True)
        self.assertEqual(self.judge(["a", "jetstream"], ["a"], declared), compare.DECLARED)

    def test_a_case_that_could_not_be_played_fails(self):
        broken = [f"{BROKEN}deadline"]
        self.assertEqual(self.judge(broken, broken), compare.FAILED)
        self.assertEqual(self.judge(broken, ["a"]), compare.FAILED)

    def test_what_an_old_peer_cannot_do_must_still_be_playable_to_ours(self):
        broken = [f"{BROKEN}unknown field"]
        self.assertEqual(self.judge(broken, ["a"], declare()), compare.DECLARED)
        self.assertEqual(self.judge(["a"], broken, declare()), compare.FAILED)
        self.assertEqual(self.judge(broken, broken, declare(), self_check=True), compare.DECLARED)


class Declaring(unittest.TestCase):
    def test_versions_are_compared_as_numbers(self):
        old, new = Binary("/old", "2.9.10"), Binary("/new", "2.15.2")
        self.assertTrue(differences.between(old, new))
        self.assertFalse(differences.between(new, old))

    def test_between_servers_of_one_version_only_abilities_are_declared(self):
        old = Binary("/old", "2.9.10")
        self.assertTrue(all(d.not_compared for d in differences.between(old, old)))

    def test_each_entry_has_a_reason_and_a_case(self):
        names = [case.name for case in run.all_cases()]
        for difference in differences.TABLE:
            self.assertTrue(difference.reason)
            self.assertTrue(any(differences.matching(name, [difference]) for name in names))


class Writing(unittest.TestCase):
    def test_what_differs_from_run_to_run_is_replaced(self):
        text = f"[INF] N{'A' * 55} 127.0.0.1:4222 2024-01-02T03:04:05.6Z 2024/01/02 03:04:05.678901"
        self.assertEqual(
            transcript.normalised(text), "[INF] <server-id> 127.0.0.1:<port> <time> <time>"
        )

    def test_long_payloads_differ_by_their_digest(self):
        one, other = (Frame(b"MSG a 1 500", byte * 500) for byte in (b"x", b"y"))
        self.assertNotEqual(transcript.of_frame(one), transcript.of_frame(other))
        self.assertLess(len(transcript.of_frame(one)), 200)

    def test_line_ends_show(self):
        self.assertNotEqual(
            transcript.of_frame(Frame(b"PONG")), transcript.of_frame(Frame(b"PONG", None, b"\n"))
        )

    def test_the_shape_of_json_has_every_field_of_every_element(self):
        shape = transcript.shape({"a": [{"b": 1}, {"c": "x"}], "d": {}})
        self.assertEqual(
            shape,
            ["(top) object", "a array", "a[] object", "a[].b number", "a[].c string", "d object"],
        )


class Collecting(unittest.TestCase):
    def test_there_are_enough_cases_each_with_a_description(self):
        cases = run.all_cases()
        self.assertGreaterEqual(len(cases), CASES_MIN)
        self.assertTrue(all(case.about for case in cases))


if __name__ == "__main__":
    unittest.main()
